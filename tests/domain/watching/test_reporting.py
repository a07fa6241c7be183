"""How far films of how-tos are played: counted once, in tenths, and never by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.errors import IdTaken, InvalidInput, NotFound
from backend.domain.howtos.models import HowToVersion
from backend.domain.watching.models import Viewing, WatchCount
from backend.domain.watching.people_marks import least_people, mark_of
from backend.domain.watching.reporting import Played, forget_old_viewings, report_watching
from tests.domain.watching.conftest import id_of

pytestmark = pytest.mark.django_db


def report(
    person: Person, version: HowToVersion, viewing_id: UUID, played: Sequence[tuple[int, int]], now: datetime
) -> None:
    report_watching(
        actor=person.actor,
        viewing_id=viewing_id,
        howto_id=version.howto_id,
        version_number=version.number,
        played=[Played(*one) for one in played],
        now=now,
    )


def counted() -> dict[int, list[int]]:
    """Return how many viewings entered each tenth, by step."""
    steps: dict[int, list[int]] = {}
    for row in WatchCount.objects.order_by("step_position", "tenth"):
        steps.setdefault(row.step_position, [0] * 10)[row.tenth] = row.viewings_count
    return steps


class TestReportWatching:
    def test_counts_each_tenth_of_a_viewing_once_whatever_comes_twice_or_late(
        self, version: HowToVersion, owner: Person, colleague: Person, now: datetime
    ) -> None:
        first, second = id_of(now), id_of(now)
        report(owner, version, first, [(1, 0)], now)
        report(owner, version, first, [(1, 3_400), (1, 1_000)], now)
        report(owner, version, first, [(1, 3_400)], now)  # sent again
        report(owner, version, first, [(1, 900)], now + timedelta(days=6))  # a report that was overtaken
        report(colleague, version, second, [(1, 1_999), (3, 60_000)], now + timedelta(days=6))  # beyond its end
        report(colleague, version, second, [(3, 60_000)], now + timedelta(days=6, hours=20))  # the next week

        assert counted() == {1: [2, 2, 1, 1, 0, 0, 0, 0, 0, 0], 3: [1] * 10}
        assert set(WatchCount.objects.values_list("week_on", flat=True)) == {date(2026, 11, 23)}

    def test_cuts_a_moment_at_the_end_of_its_film(self, version: HowToVersion, owner: Person, now: datetime) -> None:
        Clip.objects.update(duration_ms=7_000)  # the step shows seconds 2 to 12

        report(owner, version, id_of(now), [(1, 4_600)], now)

        assert counted()[1] == [1] * 10

    def test_keeps_nobody_and_forgets_viewings_but_not_what_they_counted(
        self, version: HowToVersion, owner: Person, colleague: Person, now: datetime
    ) -> None:
        for _ in range(3):
            report(owner, version, id_of(now), [(1, 0)], now)
        report(colleague, version, id_of(now), [(1, 0)], now)

        (row,) = WatchCount.objects.all()
        assert row.people_marks == mark_of(owner.pk, version.pk) | mark_of(colleague.pk, version.pk)
        assert (row.viewings_count, least_people(row.people_marks) <= 2) == (4, True)
        assert {str(owner.pk), str(colleague.pk)} & {
            str(value) for model in (Viewing, WatchCount) for one in model.objects.values() for value in one.values()
        } == set()
        assert forget_old_viewings(now=now + timedelta(days=7)) == 0
        assert forget_old_viewings(now=now + timedelta(days=7, seconds=1)) == 4
        assert WatchCount.objects.get().viewings_count == 4

    def test_refuses_what_cannot_be_and_counts_nothing(
        self, version: HowToVersion, owner: Person, outsider: Person, now: datetime
    ) -> None:
        fresh = id_of(now)
        with pytest.raises(InvalidInput) as no_film:
            report(owner, version, fresh, [(1, 0), (2, 500), (9, 0)], now)
        with pytest.raises(InvalidInput, match="last week"):
            report(owner, version, id_of(now - timedelta(days=8)), [(1, 0)], now)
        with pytest.raises(InvalidInput, match="last week"):
            report(owner, version, id_of(now + timedelta(days=2)), [(1, 0)], now)
        with pytest.raises(NotFound):
            report(outsider, version, fresh, [(1, 0)], now)
        HowToVersion.objects.update(publication="draft", released_at=None, released_by=None)
        with pytest.raises(NotFound):
            report(owner, version, fresh, [(1, 0)], now)

        assert set(no_film.value.facts["fields"]) == {"steps.1.position", "steps.2.position"}
        assert not WatchCount.objects.exists()
        assert not Viewing.objects.exists()

    def test_takes_a_viewing_for_one_version_and_costs_the_same_for_many_steps(
        self, version: HowToVersion, owner: Person, now: datetime
    ) -> None:
        viewing, other = id_of(now), id_of(now)
        HowToVersion.objects.create(
            **{name: getattr(version, name) for name in ("organisation_id", "howto_id", "title", "problem", "remedy")},
            pk=uuid7(),
            number=2,
            created_at=now,
        )
        HowToVersion.objects.filter(number=2).update(publication="superseded")
        with CaptureQueriesContext(connection) as one:
            report(owner, version, viewing, [(1, 0)], now)
        with CaptureQueriesContext(connection) as many:
            report(owner, version, other, [(1, 9_000), (3, 3_000)], now)
        version.number = 2

        with pytest.raises((IdTaken, InvalidInput)):
            report(owner, version, viewing, [(1, 0)], now)
        assert len(one) == len(many)
