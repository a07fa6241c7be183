"""People are invited over the API, and come in by a link; a link lets nobody in twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.api.models import IdempotencyRecord
from backend.domain.accounts.models import DeviceSession, Person, SignInLink, Site
from backend.domain.actor import Role
from tests import cast
from tests.api.calls import V1, assert_problem, get, phone_of, post

LIST = (
    "name,email,job_title,role,site\nAda Able,Ada@new.example,Fitter,,Leeds depot\n"
    "Bo Bell,bo@new.example,Fitter,curator,leeds depot\n"
)


@pytest.fixture
def desk(site: Site) -> APIClient:
    return phone_of(cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR))


def newcomer(site: Site, **changes: object) -> dict[str, object]:
    told = {"id": str(uuid7()), "name": "Nora New", "email": "Nora@new.example", "job_title": "Fitter"}
    return {**told, "site_id": str(site.pk), **changes}


def redeem(token: str, *, device: str = "Nora's phone") -> Any:
    headers = {"X-Device-Name": device}
    return APIClient().post(f"{V1}/sign-in-links/redemption", {"token": token}, format="json", headers=headers)


def look(token: str) -> Any:
    return APIClient().post(f"{V1}/sign-in-links/look", {"token": token}, format="json")


@pytest.mark.django_db
class TestAnInvitation:
    def test_lets_an_app_in_once_under_its_own_name_and_leaves_no_token_behind(
        self, desk: APIClient, site: Site
    ) -> None:
        invited = post(desk, "/people/invitations", newcomer(site))
        token = invited.json()["token"]

        looked = [look(token), look(token)]
        came = redeem(token)
        again = redeem(token)

        nora = Person.objects.get(email="nora@new.example")
        session = DeviceSession.objects.get(person=nora)
        phone = APIClient(headers={"X-Session-Token": came.json()["session_token"]})
        assert (invited.status_code, invited["Cache-Control"]) == (201, "no-store")
        assert invited.json()["address"].endswith(f"/sign-in/{token}")
        assert [answer.json()["person"]["name"] for answer in looked] == ["Nora New", "Nora New"]
        assert looked[0].json()["made_by"]["name"] == "Sue Supervisor"
        assert (came.status_code, came.json()["person"]["id"]) == (200, str(nora.pk))
        assert get(phone, "/me").json()["email"] == "nora@new.example"
        assert (session.device_name, nora.last_login is None, came.cookies) == ("Nora's phone", False, {})
        assert "used already" in assert_problem(again, "sign_in_link_over")["detail"]
        assert token not in f"{session.session_data}{list(SignInLink.objects.values_list('token_hash', flat=True))}"
        assert IdempotencyRecord.objects.count() == 0

    def test_sent_again_is_the_same_person_with_a_newer_link(self, desk: APIClient, site: Site) -> None:
        body = newcomer(site)

        first, second = (post(desk, "/people/invitations", body).json() for _ in range(2))

        assert first["person"] == second["person"]
        assert "newer link" in assert_problem(look(first["token"]), "sign_in_link_over")["detail"]
        assert look(second["token"]).status_code == 200
        assert Person.objects.filter(email="nora@new.example").count() == 1
        assert_problem(post(desk, "/people/invitations", {**body, "email": "other@new.example"}), "id_taken")

    def test_that_cannot_be_invites_nobody(
        self, desk: APIClient, phone: APIClient, owner: Person, outsider: Person, site: Site, subtests: pytest.Subtests
    ) -> None:
        before = Person.objects.count()
        for field, value in (
            ("email", owner.email),
            ("email", "no address"),
            ("name", " "),
            ("role", "admin"),
            ("role", "boss"),
            ("site_id", str(outsider.site_id)),
            ("id", "9b2e0f3c-6f3e-4f7c-9d52-d0a4f0a1a111"),
        ):
            with subtests.test(field=field, value=value):
                answer = post(desk, "/people/invitations", newcomer(site, **{field: value}))
                assert assert_problem(answer, "invalid_input")["fields"][field]
        assert_problem(post(phone, "/people/invitations", newcomer(site)), "not_allowed")
        assert_problem(post(phone, "/people/invitations/preview", {"text": LIST}), "not_allowed")
        assert_problem(post(phone, "/people/invitations/list", {"id": str(uuid7()), "text": LIST}), "not_allowed")

        assert (Person.objects.count(), SignInLink.objects.count()) == (before, 0)


@pytest.mark.django_db
class TestAList:
    def test_is_read_first_then_invites_everybody_and_again_only_renews_their_links(
        self, desk: APIClient, site: Site
    ) -> None:
        body = {"id": str(uuid7()), "text": LIST}

        read = post(desk, "/people/invitations/preview", {"text": LIST}).json()["items"]
        nobody_yet = Person.objects.filter(email__endswith="new.example").count()
        first, second = (post(desk, "/people/invitations/list", body) for _ in range(2))

        people = Person.objects.filter(email__endswith="new.example").order_by("email")
        assert [(line["number"], line["problems"]) for line in read] == [(2, {}), (3, {})]
        assert (nobody_yet, first.status_code, second.status_code) == (0, 201, 201)
        assert [(one.name, one.role) for one in people] == [("Ada Able", "technician"), ("Bo Bell", "curator")]
        assert look(first.json()["items"][0]["token"]).status_code == 410
        assert look(second.json()["items"][1]["token"]).json()["person"]["name"] == "Bo Bell"

    def test_says_what_is_wrong_in_which_line_and_invites_nobody(
        self, desk: APIClient, owner: Person, site: Site
    ) -> None:
        long = f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.example"
        bad = f"{LIST}Olive,{owner.email},Fitter,,Leeds depot\nCy,cy@new.example,Fitter,admin,Nowhere\n"
        bad += f"Di,{long},Fitter,,Leeds depot\n"

        read = post(desk, "/people/invitations/preview", {"text": bad}).json()["items"]
        refused = assert_problem(
            post(desk, "/people/invitations/list", {"id": str(uuid7()), "text": bad}), "invalid_input"
        )

        assert set(refused["fields"]) == {"lines.4.email", "lines.5.role", "lines.5.site", "lines.6.email"}
        assert read[3]["problems"]["site"] == "There is no site Nowhere."
        assert not Person.objects.filter(email__endswith="new.example").exists()


@pytest.mark.django_db
class TestALinkForSomebody:
    def test_is_given_by_who_may_and_of_ones_own_device_by_oneself(
        self, desk: APIClient, phone: APIClient, owner: Person, site: Site
    ) -> None:
        invited = post(desk, "/people/invitations", newcomer(site)).json()
        nora = invited["person"]["id"]

        renewed = post(desk, f"/people/{nora}/sign-in-link")
        redeem(renewed.json()["token"])
        signed_in_before = post(desk, f"/people/{nora}/sign-in-link")
        own = post(phone, "/me/sign-in-link").json()

        assert renewed.status_code == 201
        assert "only an admin" in assert_problem(signed_in_before, "not_allowed")["detail"]
        assert_problem(post(phone, f"/people/{nora}/sign-in-link"), "not_allowed")
        assert look(own["token"]).json()["purpose"] == "own_device"
        assert redeem(own["token"]).json()["person"]["id"] == str(owner.pk)

    def test_of_a_removed_person_or_a_made_up_one_lets_nobody_in(self, desk: APIClient, site: Site) -> None:
        token = post(desk, "/people/invitations", newcomer(site)).json()["token"]
        Person.objects.filter(email="nora@new.example").update(is_active=False)

        for one in (token, "made-up"):
            assert_problem(redeem(one), "sign_in_link_over")
        assert DeviceSession.objects.filter(person__email="nora@new.example").count() == 0

    def test_is_tried_so_often_and_no_more(self, db: None) -> None:
        answers = [redeem(f"guess {number}") for number in range(61)]

        assert {answer.status_code for answer in answers[:60]} == {410}
        assert_problem(answers[60], "too_many_requests")
        assert int(answers[60]["Retry-After"]) > 0


@pytest.mark.django_db(transaction=True)
def test_a_link_used_by_two_at_once_lets_one_in(site: Site) -> None:
    supervisor = phone_of(cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR))
    token = post(supervisor, "/people/invitations", newcomer(site)).json()["token"]

    def come(number: int) -> int:
        try:
            return int(redeem(token, device=f"phone {number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(come, range(4)))

    assert sorted(statuses) == [200, 410, 410, 410]
    assert DeviceSession.objects.filter(person__email="nora@new.example").count() == 1
