"""Days on which people are left alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.holidays import (
    Days,
    cancel_holiday,
    declare_holiday,
    not_over,
    own_holidays,
    public_holidays,
    revoke_holiday,
    take_holiday,
)
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.models import Holiday
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from tests import cast

pytestmark = pytest.mark.django_db

TODAY = cast.NOW.date()
THIS_WEEK = Days(TODAY, TODAY + timedelta(days=4), "Skye")


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


class TestTakeHoliday:
    def test_is_left_alone_until_it_is_over(self, owner: Person, colleague: Person, now: datetime) -> None:
        take_holiday(actor=owner.actor, days=THIS_WEEK, now=now)

        hours = hours_of([owner, colleague], now=now)

        assert not hours[owner.pk].may_be_asked(now)
        assert hours[owner.pk].free_at(now) == now + timedelta(days=7, hours=-2)  # Monday at eight
        assert hours[colleague.pk].may_be_asked(now)

    @pytest.mark.parametrize(
        ("first", "last", "sentence"),
        [
            (TODAY, TODAY - timedelta(days=1), "A holiday does not end before it begins."),
            (TODAY, TODAY + timedelta(days=366), "A holiday has at most 366 days."),
            (TODAY - timedelta(days=9), TODAY - timedelta(days=2), "These days are over: nothing would change."),
        ],
    )
    def test_says_what_is_wrong(self, owner: Person, first: date, last: date, sentence: str, now: datetime) -> None:
        with pytest.raises(InvalidInput) as refused:
            take_holiday(actor=owner.actor, days=Days(first, last), now=now)

        assert refused.value.facts["fields"] == {"last_date": [sentence]}
        assert not Holiday.objects.exists()

    def test_is_cancelled_by_its_person_only(self, owner: Person, colleague: Person, now: datetime) -> None:
        holiday = take_holiday(actor=owner.actor, days=THIS_WEEK, now=now)

        with pytest.raises(NotFound):
            cancel_holiday(actor=colleague.actor, holiday_id=holiday.pk)
        cancel_holiday(actor=owner.actor, holiday_id=holiday.pk)

        assert not own_holidays(actor=owner.actor).exists()

    def test_is_listed_until_it_is_over(self, owner: Person, now: datetime) -> None:
        take_holiday(actor=owner.actor, days=THIS_WEEK, now=now)

        counts = [
            not_over(own_holidays(actor=owner.actor), now=now + timedelta(days=days)).count() for days in (0, 4, 6)
        ]

        assert counts == [1, 1, 0]


class TestDeclareHoliday:
    def test_leaves_a_site_alone_or_everybody(self, supervisor: Person, owner: Person, now: datetime) -> None:
        elsewhere = cast.new_person(cast.new_site(owner.organisation, "York depot"), "Yara York")
        site = declare_holiday(actor=supervisor.actor, days=THIS_WEEK, site_id=elsewhere.site_id, now=now)

        at_site = hours_of([owner, elsewhere], now=now)
        revoke_holiday(actor=supervisor.actor, holiday_id=site.pk)
        declare_holiday(actor=supervisor.actor, days=THIS_WEEK, site_id=None, now=now)
        everywhere = hours_of([owner, elsewhere], now=now)

        assert [at_site[person.pk].is_on_shift(now) for person in (owner, elsewhere)] == [True, False]
        assert [everywhere[person.pk].is_on_shift(now) for person in (owner, elsewhere)] == [False, False]

    def test_is_for_supervisors_and_admins_only(self, owner: Person, curator: Person, now: datetime) -> None:
        for person in (owner, curator):
            with pytest.raises(NotAllowed):
                declare_holiday(actor=person.actor, days=THIS_WEEK, site_id=None, now=now)

    def test_knows_no_site_of_another_organisation(self, supervisor: Person, outsider: Person, now: datetime) -> None:
        with pytest.raises(InvalidInput, match="Your organisation has no site with this id"):
            declare_holiday(actor=supervisor.actor, days=THIS_WEEK, site_id=outsider.site_id, now=now)

    def test_reveals_nobodys_own_holiday(self, supervisor: Person, owner: Person, now: datetime) -> None:
        own = take_holiday(actor=owner.actor, days=THIS_WEEK, now=now)

        assert not public_holidays(actor=supervisor.actor).exists()
        with pytest.raises(NotFound):
            revoke_holiday(actor=supervisor.actor, holiday_id=own.pk)
