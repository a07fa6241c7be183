"""Where people stop watching a how-to. Never who: what fewer than five people have played is withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.aggregates import BitOr
from django.db.models import QuerySet, Sum

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.errors import NotAllowed
from backend.domain.howtos.models import HowToVersion, Step
from backend.domain.howtos.queries import WholeHowTo, get_version, list_versions
from backend.domain.howtos.states import Publication
from backend.domain.insights.periods import LEAST_PEOPLE
from backend.domain.watching.models import WatchCount
from backend.domain.watching.people_marks import least_people

TENTHS: Final = 10
_BEGAN, _HALF, _END = 0, 5, 9
_MOST_STOPS: Final = 20


@dataclass(frozen=True)
class StepWatched:
    """`entered`: how many viewings played into each tenth of the step's moment; None: fewer than five people did."""

    step: Step
    entered: tuple[int | None, ...]


@dataclass(frozen=True)
class Watched:
    """A version of a how-to as it was watched; `steps`: those that have a film."""

    whole: WholeHowTo
    versions: list[HowToVersion]  # that the reader may choose, newest first
    steps: list[StepWatched]

    @property
    def is_withheld(self) -> bool:
        """Whether nothing of it may be shown, or nothing was played yet."""
        return all(count is None for one in self.steps for count in one.entered)


@dataclass(frozen=True)
class Stop:
    """
    A step that people began to watch. `half_count`, `end_count`: viewings that came so far; None: withheld.

    `stopped_count`: how many stopped within it, at least: all that began and did not come as far as is shown.
    """

    howto_id: UUID
    version_number: int
    title: str
    step_position: int
    began_count: int
    half_count: int | None
    end_count: int | None

    @property
    def stopped_count(self) -> int:
        """How many stopped before its end, as far as that may be told."""
        furthest = self.half_count if self.end_count is None else self.end_count
        return self.began_count - furthest if furthest is not None else 0


def watching_of(*, actor: Actor, howto_id: UUID, number: int | None = None) -> Watched:
    """
    Return how far each step of a version was watched; without a number, of the one that is out, else the newest.

    Tenancy: the how-to is looked up in the actor's organisation. A constant number of queries.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such how-to, or version of it, in the actor's organisation.
    """
    if not actor.may_curate:
        raise NotAllowed("Figures are for supervisors and curators.")
    versions = list(list_versions(actor=actor, howto_id=howto_id))
    out = [version for version in versions if version.publication == Publication.RELEASED and version.is_original]
    whole = get_version(actor=actor, howto_id=howto_id, number=number or (out or versions)[0].number)
    counts = _counts(tenancy.within(actor, WatchCount).filter(version=whole.version))
    curves: dict[int, dict[int, int]] = defaultdict(dict)
    for row in counts:
        curves[row["step_position"]][row["tenth"]] = row["count"]
    filmed = [step for step in whole.steps if step.clip_id]
    return Watched(whole, versions, [StepWatched(step, _curve(curves[step.position])) for step in filmed])


def stops_of(*, actor: Actor, community: Community | None = None, starts_on: date, ends_on: date) -> list[Stop]:
    """
    Return the steps that most viewings left before their end, of the weeks from `starts_on` on, before `ends_on`.

    With a community: of how-tos for the family that it answers for; a how-to stands at no site. One query.
    Tenancy: the actor's organisation only.
    """
    rows = tenancy.within(actor, WatchCount).filter(week_on__gte=starts_on, week_on__lt=ends_on)
    if community and community.family:
        rows = rows.filter(version__howto__asset_model__family=community.family)
    steps: dict[tuple[UUID, int], dict[int, int]] = defaultdict(dict)
    named: dict[UUID, Mapping[str, Any]] = {}
    for row in _counts(rows.filter(tenth__in=(_BEGAN, _HALF, _END))):
        steps[row["version_id"], row["step_position"]][row["tenth"]] = row["count"]
        named[row["version_id"]] = row
    stops = [
        Stop(
            named[version_id]["version__howto_id"],
            named[version_id]["version__number"],
            named[version_id]["version__title"],
            position,
            entered[_BEGAN],
            entered.get(_HALF),
            entered.get(_END),
        )
        for (version_id, position), entered in steps.items()
        if _BEGAN in entered
    ]
    told = [stop for stop in stops if stop.stopped_count]
    return sorted(told, key=lambda one: (-one.stopped_count, one.title, one.step_position))[:_MOST_STOPS]


def _counts(rows: QuerySet[WatchCount]) -> Iterable[dict[str, Any]]:
    """Yield what at least five people are in, all weeks together."""
    of_what = ("version_id", "version__howto_id", "version__number", "version__title", "step_position", "tenth")
    summed = rows.order_by().values(*of_what).annotate(count=Sum("viewings_count"), marks=BitOr("people_marks"))
    return (row for row in summed if least_people(row["marks"]) >= LEAST_PEOPLE)


def _curve(entered: Mapping[int, int]) -> tuple[int | None, ...]:
    return tuple(entered.get(tenth) for tenth in range(TENTHS))
