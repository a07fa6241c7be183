"""What is known of everybody's knowledge and manners, for one fault: a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q

from backend.domain import tenancy
from backend.domain.asking.certifying import valid_certifications
from backend.domain.asking.models import (
    Ask,
    AskRound,
    AskStatus,
    FixKind,
    Skill,
    VerifiedFix,
    Wave,
    WaveStatus,
)

ONE_WEEK = timedelta(days=7)
_REMEMBERED = timedelta(days=180)
_BAND_HOURS = 2  # before and after: "at this hour"
_TIME_TO_ANSWER = timedelta(minutes=10)  # asks that were settled by others sooner say nothing


@dataclass(frozen=True)
class TrackRecord:
    """By person. What is missing is unknown: no fix, no ask, no skill."""

    fixes: dict[UUID, list[VerifiedFix]]  # on this family, oldest first
    last_on_asset_id: UUID | None
    pushed_at: dict[UUID, list[datetime]]  # of the last week: each cost budget
    asked_count: Counter[UUID]  # asks at about this hour of the day …
    answered_count: Counter[UUID]  # … and those of them that were answered or taken on
    referred_count: Counter[UUID]  # about this family
    not_my_kit_count: Counter[UUID]  # about this family
    skilled: set[UUID] = field(default_factory=set)
    certified: set[UUID] = field(default_factory=set)

    def advice_of(self, person_id: UUID) -> list[VerifiedFix]:
        """Return the fixes of others that this person's advice brought about, oldest first."""
        return [fix for fix in self.fixes.get(person_id, []) if fix.kind == FixKind.ADVICE]


def track_record_for(round_: AskRound, *, now: datetime) -> TrackRecord:
    """Return what is known in the round's organisation about its kind of machine, as of `now`."""
    fixes = _fixes(round_, now=now)
    manners = _manners(round_, now=now)
    return TrackRecord(
        fixes=fixes,
        last_on_asset_id=_last_on_asset(fixes.values(), round_),
        pushed_at=_pushed_at(manners, round_, now=now),
        asked_count=_counter(manners, "asked"),
        answered_count=_counter(manners, "answered"),
        referred_count=_counter(manners, "referred"),
        not_my_kit_count=_counter(manners, "not_my_kit"),
        skilled=_skilled(round_),
        certified=_certified(round_, now=now),
    )


def _fixes(round_: AskRound, *, now: datetime) -> dict[UUID, list[VerifiedFix]]:
    fixes = (
        tenancy.within_organisation(round_.organisation_id, VerifiedFix)
        .filter(asset_model__family=round_.asset.asset_model.family, fixed_at__lte=now)
        .select_related("asset_model")
        .order_by("fixed_at", "pk")
    )
    by_person: dict[UUID, list[VerifiedFix]] = defaultdict(list)
    for fix in fixes:
        by_person[fix.person_id].append(fix)
    return by_person


def _last_on_asset(fixes: Iterable[list[VerifiedFix]], round_: AskRound) -> UUID | None:
    here = [fix for theirs in fixes for fix in theirs if fix.asset_id == round_.asset_id]
    return max(here, key=lambda fix: (fix.fixed_at, fix.kind == FixKind.OWN_TRY)).person_id if here else None


def _pushed_at(manners: list[Mapping[str, Any]], round_: AskRound, *, now: datetime) -> dict[UUID, list[datetime]]:
    """Return when people were told by a push that they are asked, or that a thread is theirs."""
    by_person = defaultdict(list, {row["person_id"]: row["pushed_at"] or [] for row in manners})
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(is_silent=False)
    waves = tenancy.within_organisation(round_.organisation_id, Wave).filter(
        status=WaveStatus.FIRED, is_silent=False, names__isnull=False, fired_at__gt=now - ONE_WEEK
    )
    # Whom a wave asked by naming them got one push for both.
    named = waves.exclude(Exists(asks.filter(wave=OuterRef("pk"), person=OuterRef("names"))))
    for person_id, at in named.values_list("names_id", "fired_at"):
        by_person[person_id].append(at)
    return by_person


def _manners(round_: AskRound, *, now: datetime) -> list[Mapping[str, Any]]:
    """Return one row a person: how they took the asks of the last half year, and when the last week pushed them."""
    hours = [(now.hour + shift) % 24 for shift in range(-_BAND_HOURS, _BAND_HOURS + 1)]
    at_this_hour = Q(asked_at__hour__in=hours, is_silent=False)
    had_time = ~Q(status=AskStatus.CANCELLED) | Q(round__closed_at__gte=F("asked_at") + _TIME_TO_ANSWER)
    this_family = Q(round__asset__asset_model__family=round_.asset.asset_model.family)
    pushed = Q(is_silent=False, asked_at__gt=now - ONE_WEEK)
    took_it_on = Q(status__in=[AskStatus.ANSWERED, AskStatus.CLAIMED])
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(asked_at__gt=now - _REMEMBERED)
    return list(
        asks.order_by()
        .values("person_id")
        .annotate(
            asked=Count("pk", filter=at_this_hour & had_time),
            answered=Count("pk", filter=at_this_hour & took_it_on),
            referred=Count("pk", filter=this_family & Q(referred_by__isnull=False)),
            pushed_at=ArrayAgg("asked_at", filter=pushed),
            not_my_kit=Count("pk", filter=this_family & Q(status=AskStatus.NOT_MY_KIT)),
        )
    )


def _counter(manners: list[Mapping[str, Any]], name: str) -> Counter[UUID]:
    return Counter({row["person_id"]: row[name] for row in manners})


def _skilled(round_: AskRound) -> set[UUID]:
    skills = tenancy.within_organisation(round_.organisation_id, Skill).filter(family=round_.asset.asset_model.family)
    return set(skills.values_list("person_id", flat=True))


def _certified(round_: AskRound, *, now: datetime) -> set[UUID]:
    """Return who holds a certification that is named after the family, the make or the model, and is still valid."""
    model = round_.asset.asset_model
    named = Q(name__iexact=model.family) | Q(name__iexact=model.make) | Q(name__iexact=str(model))
    return set(valid_certifications(round_.organisation_id, now=now).filter(named).values_list("person_id", flat=True))
