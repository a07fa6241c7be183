"""A supervisor sees whom a fault would ask, before anybody has it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, AskRound, Availability, Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.equipment.models import Asset
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.api.calls import assert_problem, get, phone_of

pytestmark = pytest.mark.django_db
ALWAYS = [{"day": 0, "starts": "00:00", "ends": "00:00"}]


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


@pytest.fixture
def desk(supervisor: Person) -> APIClient:
    return phone_of(supervisor)


def works(person: Person, shifts: list[dict[str, Any]]) -> None:
    Availability.objects.create(organisation=person.organisation, person=person, cycle_days=1, shifts=shifts)


def fixed_it(person: Person, asset: Asset) -> None:
    record_verified_fix(
        person_id=person.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=timezone.now() - timedelta(days=1)
    )


def look(desk: APIClient, asset: Asset, urgency: str = "customer_waiting", **query: Any) -> Any:
    return get(desk, f"/ladders/{urgency}/candidates", asset_id=str(asset.pk), **query)


class TestAnImaginedFault:
    def test_tells_who_would_be_asked_and_why_and_who_not_and_asks_nobody(
        self, desk: APIClient, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        for person, shifts in ((owner, ALWAYS), (colleague, [])):
            fixed_it(person, asset)
            works(person, shifts)
        before = OutboxEvent.objects.count()

        waves = look(desk, asset, fault_code="E-04").json()["items"]

        told = [(one["person"]["name"], one["told_by"], one["hindrance"]) for one in waves[0]["prospects"]]
        assert sorted(told) == [("Colin Colleague", "nothing", "off shift"), ("Olive Owner", "push", "")]
        assert waves[0]["prospects"][0]["reason"] == "you fixed E4 on the Zephrane AC-350 before"
        assert [wave["rung"]["audience"] for wave in waves][-2:] == ["follow_the_sun", "gap_list"]
        assert [wave["rung"]["after_s"] for wave in waves][:3] == [0, 300, 900]
        assert (Ask.objects.count(), AskRound.objects.count(), Wave.objects.count()) == (0, 0, 0)
        assert OutboxEvent.objects.count() == before

    def test_never_asks_whoever_has_it(self, desk: APIClient, owner: Person, asset: Asset) -> None:
        fixed_it(owner, asset)
        works(owner, ALWAYS)

        waves = look(desk, asset, fault_code="E4", asker_id=str(owner.pk)).json()["items"]

        assert str(owner.pk) not in {one["person"]["id"] for wave in waves for one in wave["prospects"]}

    def test_can_be_had_at_another_hour(self, desk: APIClient, owner: Person, asset: Asset) -> None:
        fixed_it(owner, asset)
        works(owner, [{"day": 0, "starts": "02:00", "ends": "03:00"}])
        tomorrow = timezone.localdate() + timedelta(days=1)

        def told_at(hour: int) -> str:
            at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, hour, 30).astimezone().isoformat()
            (one,) = look(desk, asset, fault_code="E4", at=at).json()["items"][0]["prospects"]
            return str(one["told_by"])

        assert {told_at(hour) for hour in (1, 2)} == {"push", "nothing"}

    def test_that_cannot_be_is_refused_with_a_sentence(
        self, desk: APIClient, phone: APIClient, asset: Asset, outsider: Person, subtests: pytest.Subtests
    ) -> None:
        too_far = (timezone.now() + timedelta(days=40)).isoformat()
        for query, field in (
            ({"at": too_far}, "at"),
            ({"asker_id": str(outsider.pk)}, "asker_id"),
            ({"at": "x"}, "at"),
        ):
            with subtests.test(query=query):
                assert field in assert_problem(look(desk, asset, **query), "invalid_input")["fields"]

        assert_problem(look(desk, asset, urgency="whenever"), "not_found")
        assert_problem(get(desk, "/ladders/safety/candidates", asset_id=str(uuid7())), "not_found")
        assert_problem(look(phone, asset), "not_allowed")
        outside = cast.new_person(outsider.site, "Ada Admin", Role.ADMIN)
        assert_problem(look(phone_of(outside), asset), "not_found")

    def test_costs_the_same_for_one_person_and_for_four(
        self,
        desk: APIClient,
        site: Site,
        asset: Asset,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        counts = []
        for number in range(4):
            person = cast.new_person(site, f"P{number} Peer")
            fixed_it(person, asset)
            works(person, ALWAYS)
            if number in {0, 3}:
                with django_assert_max_num_queries(60) as captured:
                    look(desk, asset, fault_code="E4")
                counts.append(len(captured))

        assert counts[0] == counts[1]
