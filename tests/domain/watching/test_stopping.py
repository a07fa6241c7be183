"""Where people stop watching a how-to: told of five people and more, and never by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.domain.accounts.models import Community, Person
from backend.domain.actor import Role
from backend.domain.errors import NotAllowed, NotFound
from backend.domain.howtos.models import HowToVersion
from backend.domain.insights.stopping import Stop, stops_of, watching_of
from backend.domain.watching.models import WatchCount
from tests.domain.watching.conftest import id_of
from tests.domain.watching.test_reporting import report

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def viewers(number: int) -> int:
    """Return the marks of so many people."""
    return (1 << number) - 1


def count(version: HowToVersion, position: int, tenths: dict[int, tuple[int, int]], week: datetime) -> None:
    """Have tenths of a step entered; each by so many viewings, of so many people."""
    for tenth, (viewings, people) in tenths.items():
        WatchCount.objects.create(
            organisation_id=version.organisation_id,
            version=version,
            step_position=position,
            tenth=tenth,
            week_on=week.date(),
            viewings_count=viewings,
            people_marks=viewers(people),
        )


class TestWatchingOf:
    def test_tells_what_five_people_played_and_withholds_the_rest(
        self, version: HowToVersion, curator: Person, outsider: Person, owner: Person, now: datetime
    ) -> None:
        report(owner, version, id_of(now), [(3, 0)], now)
        count(version, 1, {0: (9, 5), 1: (6, 4)}, now)
        count(version, 1, {1: (2, 5), 2: (5, 4)}, now - WEEK)  # the same people of the week before, and one more

        with CaptureQueriesContext(connection) as one:
            told = watching_of(actor=curator.actor, howto_id=version.howto_id)

        assert [(seen.step.position, seen.entered[:3]) for seen in told.steps] == [
            (1, (9, 8, None)),
            (3, (None, None, None)),
        ]
        assert not told.is_withheld
        assert len(one) <= 14
        with pytest.raises(NotAllowed):
            watching_of(actor=owner.actor, howto_id=version.howto_id)
        with pytest.raises(NotFound):
            watching_of(actor=replace(outsider.actor, role=Role.ADMIN), howto_id=version.howto_id)


class TestStopsOf:
    def test_names_the_steps_that_most_left_in_the_period_and_of_the_family(
        self, version: HowToVersion, curator: Person, outsider: Person, now: datetime
    ) -> None:
        count(version, 1, {0: (20, 9), 5: (12, 8), 9: (11, 6)}, now)
        count(version, 3, {0: (30, 9), 5: (10, 7), 9: (3, 3)}, now)
        count(version, 2, {0: (99, 4)}, now)  # four people
        count(version, 1, {0: (50, 9)}, now - 5 * WEEK)
        starts_on, ends_on = (now - WEEK).date(), (now + WEEK).date()
        other = Community.objects.create(organisation_id=version.organisation_id, name="Lifts", family="lift")

        with CaptureQueriesContext(connection) as queries:
            told = stops_of(actor=curator.actor, starts_on=starts_on, ends_on=ends_on)

        whose = (version.howto_id, 1, "Clean the strainer")
        assert told == [Stop(*whose, 3, 30, 10, None), Stop(*whose, 1, 20, 12, 11)]
        assert [stop.stopped_count for stop in told] == [20, 9]
        assert len(queries) == 1
        assert stops_of(actor=curator.actor, community=other, starts_on=starts_on, ends_on=ends_on) == []
        assert stops_of(actor=replace(outsider.actor, role=Role.ADMIN), starts_on=starts_on, ends_on=ends_on) == []
