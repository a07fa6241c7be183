"""The hours of many people at once, from what they and their organisation recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.models import Availability, DutyTurn, Holiday
from backend.domain.asking.shift_cycle import DaysOff
from backend.domain.threads.models import Thread
from tests import cast

pytestmark = pytest.mark.django_db

TODAY = cast.NOW.date()


def day_off(organisation: Organisation, **whose: object) -> Holiday:
    return tenancy.create(Holiday, organisation=organisation, first_date=TODAY, last_date=TODAY, name="Feast", **whose)


class TestHoursOf:
    def test_are_those_of_an_office_for_whoever_said_nothing(self, owner: Person, now: datetime) -> None:
        hours = hours_of([owner], now=now)[owner.pk]

        assert hours.shift_began_at(now) == datetime(2026, 11, 23, 8, tzinfo=UTC)
        assert hours.may_be_asked(now)

    def test_are_those_they_recorded(self, owner: Person, now: datetime) -> None:
        tenancy.create(
            Availability,
            organisation_id=owner.organisation_id,
            person=owner,
            shifts=[{"day": 0, "starts": "09:30", "ends": "12:00"}],
            quiet_starts=time(9, 45),
            quiet_ends=time(10, 15),
            busy_until=now + timedelta(minutes=30),
        )

        hours = hours_of([owner], now=now)[owner.pk]

        assert hours.shift_began_at(now) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        assert (hours.is_quiet(now), hours.is_busy(now)) == (True, True)
        assert hours.free_at(now) == now + timedelta(minutes=30)

    def test_know_the_holidays_of_the_person_the_site_and_the_organisation(
        self, *, owner: Person, colleague: Person, outsider: Person, now: datetime
    ) -> None:
        elsewhere = cast.new_person(cast.new_site(owner.organisation, "York depot"), "Yara York")
        people = [owner, colleague, elsewhere, outsider]

        def off() -> list[str]:
            hours = hours_of(people, now=now)
            return [person.name for person in people if not hours[person.pk].is_on_shift(now)]

        mine = day_off(owner.organisation, person=owner)
        of_person = off()
        mine.delete()
        site = day_off(owner.organisation, site=owner.site)
        of_site = off()
        site.delete()
        day_off(owner.organisation)

        assert of_person == ["Olive Owner"]
        assert of_site == ["Olive Owner", "Colin Colleague"]
        assert off() == ["Olive Owner", "Colin Colleague", "Yara York"]

    def test_know_a_holiday_on_the_last_day_that_a_calendar_has(self, owner: Person, now: datetime) -> None:
        tenancy.create(Holiday, organisation=owner.organisation, person=owner, first_date=date.max, last_date=date.max)

        hours = hours_of([owner], now=now)[owner.pk]

        assert hours.days_off == (DaysOff(date.max, date.max),)

    def test_count_a_turn_of_duty_as_a_shift(self, owner: Person, colleague: Person, now: datetime) -> None:
        tenancy.create(
            DutyTurn,
            organisation_id=owner.organisation_id,
            person=owner,
            starts_at=now + timedelta(hours=10),
            ends_at=now + timedelta(hours=20),
        )
        tonight = now + timedelta(hours=12)

        hours = hours_of([owner, colleague], now=now)

        assert [hours[person.pk].is_on_shift(tonight) for person in (owner, colleague)] == [True, False]

    def test_know_who_asked_in_the_last_four_hours(self, thread: Thread, colleague: Person, now: datetime) -> None:
        people = [thread.asker, colleague]

        soon = hours_of(people, now=now + timedelta(hours=3))
        late = hours_of(people, now=now + timedelta(hours=4))

        assert [soon[person.pk].asked_at for person in people] == [now, None]
        assert late[thread.asker_id].asked_at is None

    @pytest.mark.parametrize("people_count", [1, 20])
    def test_cost_one_query_however_many_people(
        self, site: Site, people_count: int, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        people = [cast.new_person(site, f"P{number} Person") for number in range(people_count)]
        for person in people:
            day_off(person.organisation, person=person)

        with django_assert_num_queries(1):
            hours = hours_of(people, now=now)

        assert len(hours) == people_count
