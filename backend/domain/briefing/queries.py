"""What somebody should know who stands before a machine: what happened on it and on its model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.equipment.models import Asset
from backend.domain.equipment.queries import find_asset, list_assets
from backend.domain.errors import NotFound
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.queries import list_howtos
from backend.domain.howtos.states import Publication
from backend.domain.threads.measures import HELD, REPEAT_VISIT
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.states import OPEN_STATUSES, SOLVED_STATUSES, TryOutcome
from backend.domain.threads.tallies import Tally, tally_of

_MOST = 10  # of each part: a phone screen, and what somebody reads before they open the machine
_LEAST_FAILURES = 2  # one try may have been done wrongly
_PEOPLE = 5


@dataclass(frozen=True)
class Failed:
    """What did not work: tried at least twice on this model, never fixed."""

    suggestion: Suggestion
    tally: Tally


@dataclass(frozen=True)
class LastPerson:
    person: Person
    at: datetime  # when they last asked or tried something on this machine


@dataclass(frozen=True)
class Briefing:
    """
    Of each part ten at most, the newest first. `on_model`: fixes of other machines of the model, held ones first.

    A thread has `corrected_at` and `recalled_at` of what fixed it. What was recalled stands marked in the history of
    its own machine, and is not handed on to others.
    """

    asset: Asset
    open_threads: list[Thread]
    fixed: list[Thread]  # on this machine, whether or not the 30 days are over
    repeat_visits: list[Thread]
    on_model: list[Thread]
    howtos: list[HowTo]
    failed: list[Failed]  # most often tried first
    last_people: list[LastPerson]


def get_briefing(*, actor: Actor, asset_id: UUID) -> Briefing:
    """
    Return what is known of a machine. A constant number of queries.

    :raises NotFound: there is no such machine in the actor's organisation.
    """
    return _brief(actor, find_asset(actor=actor, asset_id=asset_id))


def get_briefing_by_tag(*, actor: Actor, tag: str) -> Briefing:
    """
    Return what is known of the machine with this tag, in any case.

    :raises NotFound: there is no such machine in the actor's organisation.
    """
    asset = list_assets(actor=actor, tag=tag).first()
    if asset is None:
        raise NotFound("There is no asset with this tag.")
    return _brief(actor, asset)


def _brief(actor: Actor, asset: Asset) -> Briefing:
    on_it = _threads(actor).filter(asset=asset)
    howtos = list_howtos(actor=actor, publication=Publication.RELEASED, asset_model_id=asset.asset_model_id)
    return Briefing(
        asset=asset,
        open_threads=list(on_it.filter(status__in=OPEN_STATUSES).order_by("-created_at", "-pk")[:_MOST]),
        fixed=list(on_it.filter(status__in=SOLVED_STATUSES).order_by("-fixed_at", "-pk")[:_MOST]),
        repeat_visits=list(on_it.filter(REPEAT_VISIT).order_by("-created_at", "-pk")[:_MOST]),
        on_model=list(_fixes_on_model(actor, asset)),
        howtos=list(howtos.order_by("-created_at", "-pk")[:_MOST]),
        failed=_failed_on_model(actor, asset),
        last_people=_last_people(actor, asset),
    )


def _threads(actor: Actor) -> QuerySet[Thread]:
    fixes = tenancy.within(actor, Suggestion).filter(tries__thread=OuterRef("pk"), tries__outcome=TryOutcome.FIXED)
    threads = tenancy.within(actor, Thread).select_related("asker__site", "asset")
    return threads.annotate(
        corrected_at=Subquery(fixes.order_by("corrected_at").values("corrected_at")[:1]),
        recalled_at=Subquery(fixes.order_by("recalled_at").values("recalled_at")[:1]),
    )


def _fixes_on_model(actor: Actor, asset: Asset) -> QuerySet[Thread]:
    others = _threads(actor).filter(asset__asset_model_id=asset.asset_model_id, status__in=SOLVED_STATUSES)
    held_count = Count("pk", filter=HELD)
    ranked = others.exclude(asset=asset).exclude(_stands_on_recalled(actor)).annotate(held_count=held_count)
    return ranked.order_by("-held_count", "-fixed_at", "-pk")[:_MOST]


def _stands_on_recalled(actor: Actor) -> Exists:
    recalled = tenancy.within(actor, Try).filter(suggestion__recalled_at__isnull=False, outcome=TryOutcome.FIXED)
    return Exists(recalled.filter(thread=OuterRef("pk")))


def _failed_on_model(actor: Actor, asset: Asset) -> list[Failed]:
    on_model = Q(tries__asset__asset_model_id=asset.asset_model_id)
    ended = on_model & ~Q(tries__outcome="")
    suggestions = (
        tenancy.within(actor, Suggestion)
        .filter(on_model)
        .annotate(
            ended_count=Count("tries", filter=ended, distinct=True),
            fixed_count=Count("tries", filter=on_model & Q(tries__outcome=TryOutcome.FIXED), distinct=True),
        )
        .filter(ended_count__gte=_LEAST_FAILURES, fixed_count=0)
        .select_related("author__site", "thread")
        .order_by("-ended_count", "-pk")[:_MOST]
    )
    found = list(suggestions)
    tries = tenancy.within(actor, Try).filter(
        suggestion__in=[suggestion.pk for suggestion in found], asset__asset_model_id=asset.asset_model_id
    )
    by_suggestion: dict[UUID, list[Try]] = {}
    for attempt in tries:
        by_suggestion.setdefault(attempt.suggestion_id, []).append(attempt)
    return [Failed(suggestion, tally_of(by_suggestion.get(suggestion.pk, []))) for suggestion in found]


def _last_people(actor: Actor, asset: Asset) -> list[LastPerson]:
    tries = tenancy.within(actor, Try).filter(asset=asset).select_related("person__site")
    threads = tenancy.within(actor, Thread).filter(asset=asset).select_related("asker__site")
    seen = [(attempt.person, attempt.started_at) for attempt in tries.order_by("-started_at")[: _PEOPLE * _MOST]]
    seen += [(thread.asker, thread.created_at) for thread in threads.order_by("-created_at")[: _PEOPLE * _MOST]]
    return _newest_each(seen)[:_PEOPLE]


def _newest_each(seen: Iterable[tuple[Person, datetime]]) -> list[LastPerson]:
    newest: dict[UUID, LastPerson] = {}
    for person, at in sorted(seen, key=lambda one: one[1], reverse=True):
        newest.setdefault(person.pk, LastPerson(person, at))
    return list(newest.values())
