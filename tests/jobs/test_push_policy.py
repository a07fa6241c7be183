"""What notifications are told about the people they tell."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.models import Person, Site
from backend.domain.asking.people import set_busy_until
from backend.jobs.push_policy import policies_for
from notifications.service import Hindrance, PushPolicy, Telling
from tests import cast

pytestmark = pytest.mark.django_db


def telling(person: Person, kind: PushKind = PushKind.ASK, urgency: PushUrgency = PushUrgency.HIGH) -> Telling:
    return Telling(person.organisation_id, person.pk, kind, urgency)


class TestPoliciesFor:
    def test_say_when_how_much_and_where(self, owner: Person, now: datetime) -> None:
        owner.phone = "+441134960000"
        owner.language = "cy"
        owner.save()
        asked = telling(owner)

        policies = policies_for([asked], now)

        assert policies == {
            asked: PushPolicy(
                push_at=now,
                shows_details=False,
                email="olive@northgate-cooling.example",
                phone="+441134960000",
                language="en",
                time_zone="Europe/London",
            )
        }

    @pytest.mark.parametrize(
        ("own", "installed", "spoken"),
        [("de-AT", "en", "de"), ("en", "de", "en"), ("cy", "de", "de"), ("nobody speaks it", "en", "en")],
    )
    def test_say_it_in_the_persons_language_or_that_of_the_installation(
        self, *, owner: Person, now: datetime, settings: LazySettings, own: str, installed: str, spoken: str
    ) -> None:
        settings.LANGUAGE_CODE = installed
        cast.speak(own, owner)

        (policy,) = policies_for([telling(owner)], now).values()

        assert policy.language == spoken

    @pytest.mark.parametrize(
        ("later_hours", "busy_hours", "hindrance"),
        [(0, None, None), (0, 1, Hindrance.BUSY), (10, None, Hindrance.OFF_SHIFT)],
    )
    def test_say_what_keeps_a_push_back(
        self, *, owner: Person, now: datetime, later_hours: int, busy_hours: int | None, hindrance: Hindrance | None
    ) -> None:
        if busy_hours:
            set_busy_until(actor=owner.actor, until=now + timedelta(hours=busy_hours), now=now)

        (policy,) = policies_for([telling(owner)], now + timedelta(hours=later_hours)).values()

        assert policy.hindrance is hindrance

    def test_show_details_where_the_organisation_chose_to(self, owner: Person, now: datetime) -> None:
        owner.organisation.pushes_details = True
        owner.organisation.save()

        (policy,) = policies_for([telling(owner)], now).values()

        assert policy.shows_details

    def test_keep_what_is_told_at_night_until_the_morning(self, owner: Person, now: datetime) -> None:
        at_night = now + timedelta(hours=10)

        (policy,) = policies_for([telling(owner)], at_night).values()

        assert policy.push_at == now + timedelta(hours=22)

    def test_tell_kinds_and_urgencies_apart(self, owner: Person, now: datetime) -> None:
        at_night = now + timedelta(hours=10)
        asked, test = telling(owner), telling(owner, PushKind.TEST, PushUrgency.NORMAL)

        policies = policies_for([asked, test], at_night)

        assert (policies[asked].push_at, policies[test].push_at) == (now + timedelta(hours=22), at_night)

    def test_leave_out_who_was_removed_who_is_unknown_and_who_is_elsewhere(
        self, owner: Person, disabled: Person, outsider: Person, now: datetime
    ) -> None:
        unknown = Telling(owner.organisation_id, uuid7(), PushKind.ASK, PushUrgency.HIGH)
        elsewhere = Telling(owner.organisation_id, outsider.pk, PushKind.ASK, PushUrgency.HIGH)

        assert policies_for([telling(disabled), unknown, elsewhere], now) == {}

    @pytest.mark.parametrize("people_count", [1, 20])
    def test_cost_six_queries_for_many_people_of_two_organisations(
        self,
        *,
        site: Site,
        outsider: Person,
        people_count: int,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        tellings = [telling(cast.new_person(site, f"P{number} Person")) for number in range(people_count)]

        with django_assert_num_queries(3):
            policies = policies_for([*tellings, telling(outsider)], now)

        assert len(policies) == people_count + 1
