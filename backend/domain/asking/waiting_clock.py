"""What the asker sees while they wait: how many were asked, who is on it, what is usual, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop as _

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import DECLINED, Ask, AskRound, AskStatus, RoundStatus, Wave, WaveStatus
from backend.domain.errors import NotFound

USUAL_OF = timedelta(days=180)
USUAL_FROM_COUNT = 5  # fewer say nothing of what is usual

AUDIENCE_WORDS = {
    Audience.FIXED_BEFORE: _("people who fixed this before or know the kit"),
    Audience.SAME_FAMILY: _("people who know this kind of machine"),
    Audience.COMMUNITY: _("the community"),
    Audience.FOLLOW_THE_SUN: _("colleagues wherever it is working hours now"),
    Audience.DUTY_EXPERT: _("the expert on duty"),
    Audience.CHAMPION: _("the community's champion"),
    Audience.SUPERVISOR: _("a supervisor"),
    Audience.GAP_LIST: _("nobody more: somebody looks after it on the next working day"),
}


@dataclass(frozen=True)
class Claim:
    """
    Who said "I'm on it", or with `wants_call` that they can be called. `has_run_out`: ten minutes passed without an
    answer, and others are asked again.
    """

    person: Person
    until: datetime
    wants_call: bool
    has_run_out: bool


@dataclass(frozen=True)
class UsualAnswer:
    """The median time to the first answer, and from how many. `scope`: of this model, family, or organisation."""

    first_answer_s: int
    from_count: int
    scope: str


@dataclass(frozen=True)
class NextWave:
    at: datetime
    audience: Audience
    words: str
    size: int  # at most


@dataclass(frozen=True)
class WaitingClock:
    """`asked_count`: with a push, `seen_count`: those of them who saw it; `told_count`: in the inbox only."""

    thread_id: UUID
    status: RoundStatus
    asked_at: datetime
    asked_count: int
    told_count: int
    seen_count: int
    claim: Claim | None
    usual: UsualAnswer | None
    next_wave: NextWave | None
    named: Person | None  # the duty expert, champion or supervisor who was named last, and is there still


def waiting_clock(*, actor: Actor, thread_id: UUID, now: datetime) -> WaitingClock:
    """
    Return how far the asking for a thread is. A constant number of queries.

    Tenancy: the thread is looked up in the actor's organisation.

    :raises NotFound: there is no such thread.
    """
    rounds = tenancy.within(actor, AskRound).filter(thread_id=thread_id).select_related("asset__asset_model")
    round_ = rounds.order_by("-opened_at", "-pk").first()
    if round_ is None:
        raise NotFound("There is no thread with this id.")
    counts = _counts(round_)
    waves = list(_waves(round_))
    return WaitingClock(
        thread_id=thread_id,
        status=RoundStatus(round_.status),
        asked_at=round_.opened_at,
        asked_count=counts["asked"],
        told_count=counts["told"],
        seen_count=counts["seen"],
        claim=_claim(round_, now=now),
        usual=_usual(round_, now=now),
        next_wave=_next_wave(waves),
        named=next((wave.names for wave in reversed(waves) if _has_it(wave)), None),
    )


def _waves(round_: AskRound) -> QuerySet[Wave]:
    """Return the waves in their order, with `has_declined`: whether whom the wave names said no in this round."""
    declined = tenancy.within_organisation(round_.organisation_id, Ask).filter(
        round=round_, person=OuterRef("names"), status__in=DECLINED
    )
    waves = tenancy.within_organisation(round_.organisation_id, Wave).filter(round=round_)
    return waves.annotate(has_declined=Exists(declined)).select_related("names__site").order_by("number")


def _has_it(wave: Wave) -> bool:
    """Return whether it is theirs whom the wave names. Whoever looks after a gap does so whatever they said before."""
    if wave.names is None or not wave.names.is_active:
        return False
    return wave.audience == Audience.GAP_LIST or not wave.has_declined  # type: ignore[attr-defined]  # annotated


def _counts(round_: AskRound) -> dict[str, int]:
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(round=round_)
    return asks.aggregate(
        asked=Count("pk", filter=Q(is_silent=False)),
        told=Count("pk", filter=Q(is_silent=True)),
        seen=Count("pk", filter=Q(is_silent=False, seen_at__isnull=False)),
    )


def _claim(round_: AskRound, *, now: datetime) -> Claim | None:
    """Return the claim that holds now, the first of several; else the last one that ran out."""
    claims = tenancy.within_organisation(round_.organisation_id, Ask).filter(
        round=round_, status=AskStatus.CLAIMED, claimed_until__isnull=False
    )
    found = [
        Claim(ask.person, ask.claimed_until, ask.wants_call, has_run_out=ask.claimed_until <= now)
        for ask in claims.select_related("person__site").order_by("claimed_until")
        if ask.claimed_until is not None
    ]
    holding = [claim for claim in found if not claim.has_run_out]
    return holding[0] if holding else found[-1] if found else None


class _Median(Aggregate):
    """PostgreSQL's continuous median, of intervals, too."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def _usual(round_: AskRound, *, now: datetime) -> UsualAnswer | None:
    model = round_.asset.asset_model
    scopes = {
        "model": Q(asset__asset_model=model),
        "family": Q(asset__asset_model__family=model.family),
        "organisation": Q(),
    }
    answered = tenancy.within_organisation(round_.organisation_id, AskRound).filter(
        status=RoundStatus.ANSWERED, opened_at__gt=now - USUAL_OF
    )
    took = ExpressionWrapper(F("closed_at") - F("opened_at"), output_field=DurationField())
    figures = answered.aggregate(
        **{f"{scope}_count": Count("pk", filter=which) for scope, which in scopes.items()},
        **{f"{scope}_median": _Median(took, filter=which) for scope, which in scopes.items()},
    )
    for scope in scopes:
        if figures[f"{scope}_count"] >= USUAL_FROM_COUNT:
            return UsualAnswer(round(figures[f"{scope}_median"].total_seconds()), figures[f"{scope}_count"], scope)
    return None


def _next_wave(waves: list[Wave]) -> NextWave | None:
    wave = next((wave for wave in waves if wave.status == WaveStatus.WAITING), None)
    if wave is None:
        return None
    audience = Audience(wave.audience)
    return NextWave(at=wave.due_at, audience=audience, words=AUDIENCE_WORDS[audience], size=wave.size)
