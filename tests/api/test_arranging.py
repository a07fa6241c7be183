"""Supervisors arrange who answers for what, and when; everybody sees it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from backend.domain.accounts.models import Community, Organisation, Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Certification, DutyTurn, Holiday
from tests import cast
from tests.api.calls import V1, assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(site: Site) -> APIClient:
    """A supervisor's."""
    return phone_of(cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR))


def put(client: APIClient, path: str, body: object = None) -> Any:
    return client.put(f"{V1}{path}", json.dumps(body), content_type="application/json")


def choose_details(client: APIClient) -> Any:
    body = json.dumps({"pushes_details": True})
    return client.patch(f"{V1}/organisation", body, content_type="application/json")


def a_night(person: Person, **changes: object) -> dict[str, object]:
    starts_at = timezone.now() + timedelta(days=1)
    return {
        "person_id": str(person.pk),
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=12)).isoformat(),
        **changes,
    }


class TestCommunities:
    def test_are_opened_changed_and_closed(self, desk: APIClient, phone: APIClient, owner: Person) -> None:
        opened = post(desk, "/communities", {"name": "Chillers", "champion_id": str(owner.pk)})
        path = f"/communities/{opened.json()['id']}"

        changed = put(desk, path, {"name": "Cold water", "family": "chiller", "site_id": str(owner.site_id)}).json()
        seen = get(phone, path).json()
        closed = desk.delete(f"{V1}{path}")

        assert opened.status_code == 201
        assert (opened.json()["champion"]["name"], opened.json()["members_count"]) == ("Olive Owner", 1)
        assert seen == changed
        assert changed == {
            "id": opened.json()["id"],
            "name": "Cold water",
            "family": "chiller",
            "site": {"id": str(owner.site_id), "name": "Leeds depot"},
            "champion": None,
            "members_count": 1,
        }
        assert closed.status_code == 204
        assert get(phone, "/communities").json()["items"] == []

    def test_have_members_by_name(self, desk: APIClient, phone: APIClient, owner: Person, colleague: Person) -> None:
        path = f"/communities/{post(desk, '/communities', {'name': 'Chillers'}).json()['id']}/members"

        for person in (owner, colleague, owner):
            assert put(desk, f"{path}/{person.pk}").status_code == 204
        both = [person["name"] for person in get(phone, path).json()["items"]]
        assert desk.delete(f"{V1}{path}/{owner.pk}").status_code == 204

        assert both == ["Colin Colleague", "Olive Owner"]
        assert [person["name"] for person in get(phone, path).json()["items"]] == ["Colin Colleague"]

    def test_are_arranged_by_supervisors_and_admins_only(self, phone: APIClient, owner: Person) -> None:
        assert_problem(post(phone, "/communities", {"name": "Mine"}), "not_allowed")

        assert not Community.objects.exists()

    def test_show_no_champion_who_was_removed(self, desk: APIClient, owner: Person) -> None:
        opened = post(desk, "/communities", {"name": "Chillers", "champion_id": str(owner.pk)}).json()
        Person.objects.filter(pk=owner.pk).update(is_active=False)

        seen = get(desk, f"/communities/{opened['id']}").json()

        assert (seen["champion"], seen["members_count"]) == (None, 0)


class TestDuty:
    def test_is_given_seen_and_called_off(self, desk: APIClient, phone: APIClient, owner: Person) -> None:
        given = post(desk, "/duty", a_night(owner))
        listed = get(phone, "/duty").json()["items"]
        called_off = desk.delete(f"{V1}/duty/{given.json()['id']}")

        assert given.status_code == 201
        assert listed == [given.json()]
        assert (listed[0]["person"]["name"], listed[0]["community"]) == ("Olive Owner", None)
        assert called_off.status_code == 204
        assert not DutyTurn.objects.exists()

    def test_is_refused_with_a_sentence_to_two_at_once(self, desk: APIClient, owner: Person, colleague: Person) -> None:
        post(desk, "/duty", a_night(owner))

        problem = assert_problem(post(desk, "/duty", a_night(colleague)), "invalid_input")

        assert problem["fields"]["starts_at"][0].startswith("Olive Owner has this duty from ")
        assert DutyTurn.objects.count() == 1

    def test_is_not_given_by_technicians(self, phone: APIClient, owner: Person) -> None:
        assert_problem(post(phone, "/duty", a_night(owner)), "not_allowed")

        assert not DutyTurn.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"person_id": "Olive"}, "person_id"),
            ({"ends_at": "tomorrow"}, "ends_at"),
            ({"starts_at": None}, "starts_at"),
        ],
    )
    def test_says_which_field_is_wrong(
        self, desk: APIClient, owner: Person, change: dict[str, object], field: str
    ) -> None:
        problem = assert_problem(post(desk, "/duty", a_night(owner, **change)), "invalid_input")

        assert set(problem["fields"]) == {field}


class TestCertifications:
    def test_are_recorded_seen_and_withdrawn(self, desk: APIClient, phone: APIClient, owner: Person) -> None:
        path = f"/people/{owner.pk}/certifications"
        tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()

        recorded = post(desk, path, {"name": "F-gas", "expires_on": tomorrow})
        listed = get(phone, path).json()["items"]
        withdrawn = desk.delete(f"{V1}{path}/{recorded.json()['id']}")

        assert recorded.status_code == 201
        assert listed == [{"id": recorded.json()["id"], "name": "F-gas", "expires_on": tomorrow, "is_current": True}]
        assert withdrawn.status_code == 204
        assert not Certification.objects.exists()

    def test_that_ran_out_are_shown_as_such(self, phone: APIClient, owner: Person) -> None:
        Certification.objects.create(
            organisation=owner.organisation, person=owner, name="F-gas", expires_on="2020-01-01"
        )

        (held,) = get(phone, f"/people/{owner.pk}/certifications").json()["items"]

        assert held["is_current"] is False

    def test_are_not_recorded_by_their_person(self, phone: APIClient, owner: Person) -> None:
        assert_problem(post(phone, f"/people/{owner.pk}/certifications", {"name": "F-gas"}), "not_allowed")

        assert not Certification.objects.exists()


class TestHolidaysOfOthers:
    def test_are_declared_seen_and_taken_back(self, desk: APIClient, phone: APIClient, site: Site) -> None:
        day = (timezone.now() + timedelta(days=3)).date().isoformat()

        declared = post(desk, "/holidays", {"name": "Feast", "first_date": day, "site_id": str(site.pk)})
        listed = get(phone, "/holidays").json()["items"]
        revoked = desk.delete(f"{V1}/holidays/{declared.json()['id']}")

        assert declared.status_code == 201
        assert listed == [declared.json()]
        assert (listed[0]["site"]["name"], listed[0]["last_date"]) == ("Leeds depot", day)
        assert revoked.status_code == 204
        assert not Holiday.objects.exists()

    def test_are_not_declared_by_technicians(self, phone: APIClient) -> None:
        assert_problem(post(phone, "/holidays", {"first_date": "2030-01-01"}), "not_allowed")

        assert not Holiday.objects.exists()


class TestOrganisation:
    def test_shows_what_it_chose(self, phone: APIClient, organisation: Organisation) -> None:
        assert get(phone, "/organisation").json() == {
            "id": str(organisation.pk),
            "name": "Northgate Cooling",
            "pushes_details": False,
            "asks_per_shift": 2,
            "asks_per_week": 6,
        }

    def test_has_who_leads_choose_how_often_people_are_asked(self, desk: APIClient, phone: APIClient) -> None:
        def choose(client: APIClient, **chosen: int) -> Any:
            return client.patch(f"{V1}/organisation", json.dumps(chosen), content_type="application/json")

        changed = choose(desk, asks_per_week=5).json()
        for field, chosen in (
            ("asks_per_week", 1),
            ("asks_per_week", 51),
            ("asks_per_shift", 0),
            ("asks_per_shift", 6),
        ):
            wrong = "asks_per_week" if chosen == 6 else field
            assert wrong in assert_problem(choose(desk, **{field: chosen}), "invalid_input")["fields"]
        assert_problem(choose(phone, asks_per_week=5), "not_allowed")

        assert (changed["asks_per_shift"], changed["asks_per_week"]) == (2, 5)
        assert Organisation.objects.values_list("asks_per_shift", "asks_per_week").get() == (2, 5)

    def test_has_its_admin_choose_what_pushes_say(self, site: Site) -> None:
        admin = phone_of(cast.new_person(site, "Ada Admin", Role.ADMIN))

        answer = choose_details(admin)

        assert answer.json()["pushes_details"] is True
        assert Organisation.objects.get().pushes_details

    def test_lets_nobody_else_choose(self, desk: APIClient, phone: APIClient) -> None:
        for client in (desk, phone):
            answer = choose_details(client)
            assert_problem(answer, "not_allowed")

        assert not Organisation.objects.get().pushes_details


@pytest.mark.parametrize("row_count", [1, 4])
class TestQueryCount:
    def test_of_communities_and_members(
        self, *, desk: APIClient, site: Site, row_count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        people = [cast.new_person(site, f"P{number} Person") for number in range(row_count)]
        opened = [
            post(desk, "/communities", {"name": f"C{number}", "champion_id": str(person.pk)}).json()
            for number, person in enumerate(people)
        ]
        path = f"/communities/{opened[0]['id']}/members"
        for person in people:
            put(desk, f"{path}/{person.pk}")

        with django_assert_num_queries(2):  # session, communities with sites and champions
            communities = get(desk, "/communities").json()["items"]
        with django_assert_num_queries(3):  # session, community, members
            members = get(desk, path).json()["items"]

        assert (len(communities), len(members)) == (row_count, row_count)

    def test_of_duty_holidays_and_certifications(
        self,
        *,
        desk: APIClient,
        owner: Person,
        site: Site,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(row_count):
            community = post(desk, "/communities", {"name": f"C{number}", "champion_id": str(owner.pk)}).json()
            post(desk, "/duty", a_night(owner, community_id=community["id"]))
            post(desk, "/holidays", {"first_date": "2030-01-01", "site_id": str(site.pk)})
            post(desk, f"/people/{owner.pk}/certifications", {"name": f"Permit {number}"})

        with django_assert_num_queries(2):  # session, turns
            duty = get(desk, "/duty").json()["items"]
        with django_assert_num_queries(2):  # session, holidays
            holidays = get(desk, "/holidays").json()["items"]
        with django_assert_num_queries(3):  # session, person, certifications
            held = get(desk, f"/people/{owner.pk}/certifications").json()["items"]

        assert (len(duty), len(holidays), len(held)) == (row_count, row_count, row_count)
