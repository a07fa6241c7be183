"""A page or a phone says how far its reader has played the films of a how-to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from api_schema.ids import is_uuid7
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.moments import show_moment
from backend.domain.creation import create_once
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.howtos.models import HowTo, HowToVersion, Step
from backend.domain.howtos.states import Publication
from backend.domain.saying import said
from backend.domain.watching.models import Viewing
from backend.domain.watching.people_marks import mark_of

KEPT_FOR: Final = timedelta(days=7)
_LAST_TENTH: Final = 9
_ONCE_OUT: Final = [Publication.RELEASED, Publication.SUPERSEDED, Publication.RETIRED]


@dataclass(frozen=True)
class Played:
    """How far playing went within the moment of a step: `played_ms` from its start. Beyond its end is its end."""

    step_position: int
    played_ms: int


@transaction.atomic
def report_watching(
    *, actor: Actor, viewing_id: UUID, howto_id: UUID, version_number: int, played: Sequence[Played], now: datetime
) -> None:
    """
    Count how far one viewing of a how-to has gone by now. Only what is further than it had said before counts.

    Who it was is not kept: see `people_marks`. Only versions that are or were out are counted.
    Tenancy: the how-to is looked up in the actor's organisation.
    Transaction: opens its own; holds the viewing. Idempotent: by `viewing_id`, whatever order reports come in; a
    viewing that began more than a week ago is not counted any more.

    :raises NotFound: no such how-to in the actor's organisation, or no version of this number that was ever out.
    :raises InvalidInput: a step is not there or has no film, or the viewing's id is of another time or no UUIDv7.
    :raises IdTaken: `viewing_id` names a viewing of another version.
    """
    version = _find_version(actor, howto_id, version_number)
    _refuse_other_times(viewing_id, now=now)
    reached = _tenths(actor, version, played)
    same = {"organisation_id": actor.organisation_id, "version_id": version.pk}

    def insert() -> Viewing:
        return tenancy.create(Viewing, pk=viewing_id, **same, week_on=monday_of(now), begun_at=now)

    viewing = create_once(Viewing, viewing_id, same=same, insert=insert).row
    further = {
        position: (viewing.furthest.get(str(position), -1) + 1, tenth)
        for position, tenth in reached.items()
        if tenth > viewing.furthest.get(str(position), -1)
    }
    if further:
        viewing.furthest |= {str(position): tenth for position, (_first, tenth) in further.items()}
        viewing.save(update_fields=["furthest"])
        _count(viewing, further, mark=mark_of(actor.person_id, version.pk))


def forget_old_viewings(*, now: datetime) -> int:
    """Delete the viewings that began more than a week ago; what they counted stays. Return how many."""
    viewings = tenancy.across_organisations(Viewing, why="the sweep forgets old viewings of everybody")
    return viewings.filter(begun_at__lt=now - KEPT_FOR).delete()[0]


def monday_of(now: datetime) -> date:
    """Return the Monday, UTC, of the week that counts."""
    today = now.astimezone(UTC).date()
    return today - timedelta(days=today.weekday())


def _find_version(actor: Actor, howto_id: UUID, number: int) -> HowToVersion:
    howto = tenancy.find(actor, HowTo, howto_id)
    versions = tenancy.within(actor, HowToVersion).filter(howto=howto, publication__in=_ONCE_OUT)
    version = versions.filter(number=number).first()
    if version is None:
        raise NotFound(said("This how-to has no version %(number)s that is out.", number=number))
    return version


def _refuse_other_times(viewing_id: UUID, *, now: datetime) -> None:
    if not is_uuid7(viewing_id):
        raise InvalidInput(viewing_id="Must be a UUIDv7.")
    begun_at = datetime.fromtimestamp((viewing_id.int >> 80) / 1000, tz=UTC)
    if not now - KEPT_FOR < begun_at < now + timedelta(days=1):
        raise InvalidInput(viewing_id="This viewing did not begin within the last week; it is not counted.")


def _tenths(actor: Actor, version: HowToVersion, played: Sequence[Played]) -> dict[int, int]:
    """Return the last tenth that was entered, by the position of the step."""
    filmed = tenancy.within(actor, Step).filter(version=version, clip__isnull=False).select_related("clip")
    steps = {step.position: step for step in filmed}
    wrong = {
        f"steps.{place}.position": said("This version has no filmed step with this number.")
        for place, one in enumerate(played)
        if one.step_position not in steps
    }
    if wrong:
        raise InvalidInput(**wrong)
    reached: dict[int, int] = {}
    for one in played:
        tenth = _tenth(steps[one.step_position], one.played_ms)
        reached[one.step_position] = max(tenth, reached.get(one.step_position, 0))
    return reached


def _tenth(step: Step, played_ms: int) -> int:
    # As it is shown: of a film that turned out shorter, the moment is cut at its end.
    assert step.start_ms is not None
    assert step.end_ms is not None
    moment = show_moment(step.clip, step.start_ms, step.end_ms)
    return min(_LAST_TENTH, max(0, played_ms) * 10 // max(1, moment.end_ms - moment.start_ms))


def _count(viewing: Viewing, further: Mapping[int, tuple[int, int]], *, mark: int) -> None:
    # In one order, so that two who count at the same time wait for each other and never in a circle.
    places = [
        (position, tenth) for position, (first, last) in sorted(further.items()) for tenth in range(first, last + 1)
    ]
    values: dict[str, Any] = {
        "organisation": viewing.organisation_id,
        "version": viewing.version_id,
        "positions": [position for position, _tenth in places],
        "tenths": [tenth for _position, tenth in places],
        "week_on": viewing.week_on,
        "mark": mark,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


_COUNT = """
INSERT INTO watching_watchcount AS kept (
    id, organisation_id, version_id, step_position, tenth, week_on, viewings_count, people_marks)
SELECT uuidv7(), %(organisation)s, %(version)s, position, tenth, %(week_on)s, 1, %(mark)s
FROM unnest(%(positions)s::int[], %(tenths)s::int[]) AS place (position, tenth)
ON CONFLICT (version_id, step_position, tenth, week_on) DO UPDATE SET
    viewings_count = kept.viewings_count + 1,
    people_marks = kept.people_marks | excluded.people_marks
"""
