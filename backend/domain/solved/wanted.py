"""What the solved threads may be narrowed down by. Every condition is one of `Thread` alone: it doubles no row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.threads.measures import HELD
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.states import TryOutcome


class Facet(StrEnum):
    """One kind of fact; the name is that of the filter."""

    MAKE = "make"
    MODEL = "model"
    CODE = "code"
    SITE = "site"
    COMMUNITY = "community"
    OUTCOME = "outcome"
    HELD = "held"
    WITHIN_DAYS = "within_days"


@dataclass(frozen=True)
class Wanted:
    """
    The facts that solved threads must have; empty or None: any.

    `outcome`: some try of theirs ended so. `community`: one that answers for the machine. `within_days`: fixed since.
    """

    make: str = ""
    model: str = ""
    code: str = ""  # normalised
    site: UUID | None = None
    community: UUID | None = None
    outcome: TryOutcome | None = None
    held: bool | None = None
    within_days: int | None = None

    def has(self, facet: Facet) -> bool:
        """Return whether this facet is narrowed."""
        return getattr(self, facet.value) not in {"", None}


def condition(facet: Facet, wanted: Wanted, *, actor: Actor, now: datetime) -> Q:
    """Return what threads must fulfil to have the wanted value of one facet. No query."""
    return _CONDITIONS[facet](wanted, actor, now) if wanted.has(facet) else Q()


def answered_for_by(community: Community) -> Q:
    """Return which threads a community answers for; one without a family or site answers for all of them."""
    family = Q(asset__asset_model__family=community.family) if community.family else Q()
    return family & (Q(asset__site_id=community.site_id) if community.site_id else Q())


def has_held(actor: Actor) -> Q:
    """Return which threads have held for 30 days, as `threads.measures` defines it."""
    return Q(pk__in=tenancy.within(actor, Thread).filter(HELD).values("pk"))


def fixed_within(days: int, *, now: datetime) -> Q:
    """Return which threads were fixed in the last `days`."""
    return Q(fixed_at__gte=now - timedelta(days=days))


def _of_community(wanted: Wanted, actor: Actor, _now: datetime) -> Q:
    assert wanted.community is not None
    community = tenancy.within(actor, Community).filter(pk=wanted.community).first()
    return answered_for_by(community) if community else Q(pk__in=[])


def _with_outcome(wanted: Wanted, actor: Actor, _now: datetime) -> Q:
    return Q(pk__in=tenancy.within(actor, Try).filter(outcome=wanted.outcome).values("thread_id"))


_CONDITIONS: dict[Facet, Callable[[Wanted, Actor, datetime], Q]] = {
    Facet.MAKE: lambda wanted, _actor, _now: Q(asset__asset_model__make__iexact=wanted.make),
    Facet.MODEL: lambda wanted, _actor, _now: Q(asset__asset_model__name__iexact=wanted.model),
    Facet.CODE: lambda wanted, _actor, _now: Q(fault_code=wanted.code),
    Facet.SITE: lambda wanted, _actor, _now: Q(asset__site_id=wanted.site),
    Facet.COMMUNITY: _of_community,
    Facet.OUTCOME: _with_outcome,
    Facet.HELD: lambda wanted, actor, _now: has_held(actor) if wanted.held else ~has_held(actor),
    Facet.WITHIN_DAYS: lambda wanted, _actor, now: fixed_within(wanted.within_days or 0, now=now),
}
