"""Asking peers: open a round, fire its waves, take their responses, stop at the first answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from api_schema.events import PushCancelled, PushRequested, WaveDue
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.candidates import Candidate, find_candidates
from backend.domain.asking.ladder import AFTER_LAST_RUNG, CLAIM_HOLDS, LADDERS, Audience
from backend.domain.asking.models import (
    ASK_MOVES,
    ROUND_MOVES,
    WAVE_MOVES,
    Ask,
    AskRound,
    AskStatus,
    RoundStatus,
    VerifiedFix,
    Wave,
    WaveStatus,
)
from backend.domain.equipment.models import Asset
from backend.domain.states import move
from backend.outbox.append import append


@dataclass(frozen=True)
class Fault:
    """What is asked about."""

    organisation_id: UUID
    thread_id: UUID
    asker_id: UUID
    asset: Asset
    fault_code: str  # normalised, or empty
    headline: str
    urgency: str


def open_round(*, fault: Fault, now: datetime) -> datetime:
    """
    Start asking about `fault`: wave 1 now, the others waiting. Return when the ladder ends.

    Transaction: joins the caller's; appends `wave.due` for wave 1.
    """
    round_ = tenancy.create(
        AskRound,
        organisation_id=fault.organisation_id,
        thread_id=fault.thread_id,
        asker_id=fault.asker_id,
        asset=fault.asset,
        fault_code=fault.fault_code,
        headline=fault.headline,
        urgency=fault.urgency,
        opened_at=now,
    )
    waves = [
        Wave(
            organisation_id=fault.organisation_id,
            round=round_,
            number=number,
            audience=rung.audience,
            size=rung.size,
            due_at=now + rung.after,
        )
        for number, rung in enumerate(LADDERS[fault.urgency], start=1)
    ]
    tenancy.create_many(Wave, waves)
    append(WaveDue(organisation_id=fault.organisation_id, wave_id=waves[0].pk), now=now)
    return waves[-1].due_at + AFTER_LAST_RUNG


@transaction.atomic
def fire_wave(*, organisation_id: UUID, wave_id: UUID, now: datetime) -> list[Ask]:
    """
    Ask the people of one wave, if it is due and still wanted.

    Transaction: opens its own; appends one `push.requested` a person.
    Idempotent: a wave fires once; a wave whose round is over, or that is held back, asks nobody.
    Nobody to ask: the wave is skipped and the next one becomes due now.
    """
    wave = (
        tenancy.within_organisation(organisation_id, Wave)
        .select_for_update(of=("self", "round"))
        .select_related("round__asset__asset_model", "round__asset__site", "round__asker", "round__organisation")
        .filter(pk=wave_id, status=WaveStatus.WAITING, round__status=RoundStatus.OPEN, due_at__lte=now)
        .first()
    )
    if wave is None:
        return []
    chosen = find_candidates(round_=wave.round, audience=Audience(wave.audience), now=now)[: wave.size]
    if not chosen:
        move(wave, WAVE_MOVES, to=WaveStatus.SKIPPED)
        _bring_next_wave_forward(wave.round, now=now)
        return []
    move(wave, WAVE_MOVES, to=WaveStatus.FIRED, fired_at=now)
    return [_ask(wave, candidate, asked_count=len(chosen), now=now) for candidate in chosen]


def fire_due_waves(*, now: datetime) -> int:
    """Fire every wave that is due, each in its own transaction: the sweep. Return how many were looked at."""
    due = tenancy.across_organisations(Wave, why="the sweep fires due waves of everybody").filter(
        status=WaveStatus.WAITING, due_at__lte=now, round__status=RoundStatus.OPEN
    )
    waves = list(due.values_list("organisation_id", "pk")[:500])
    for organisation_id, wave_id in waves:
        fire_wave(organisation_id=organisation_id, wave_id=wave_id, now=now)
    return len(waves)


@transaction.atomic
def respond_to_ask(*, actor: Actor, ask_id: UUID, to: AskStatus, now: datetime) -> Ask:
    """
    Claim an ask ("I'm on it") or pass it on.

    A claim holds the next wave back for ten minutes. When everybody asked so far has passed, the next wave is due now.
    Idempotent: the same response again changes nothing.

    :raises NotFound: the actor was not asked this.
    :raises IllegalMove: the ask is answered, cancelled or passed already.
    """
    own = tenancy.within(actor, Ask).filter(person_id=actor.person_id).select_related("round")
    ask = tenancy.find_in(own.select_for_update(of=("self",)), ask_id)
    if ask.status == to:
        return ask
    move(ask, ASK_MOVES, to=to, responded_at=now)
    waiting = tenancy.within(actor, Wave).filter(round=ask.round, status=WaveStatus.WAITING)
    if to is AskStatus.CLAIMED:
        waiting.filter(due_at__lt=now + CLAIM_HOLDS).update(due_at=now + CLAIM_HOLDS)
    elif not _live_asks(ask.round).exists():
        _bring_next_wave_forward(ask.round, now=now)
    return ask


def close_round(
    *, organisation_id: UUID, thread_id: UUID, to: RoundStatus, answered_by_id: UUID | None = None, now: datetime
) -> None:
    """
    Stop asking: cancel waves that wait and pushes that are unsent, and free those who were asked.

    Transaction: joins the caller's; appends `push.cancelled`.
    Idempotent: without an open round only a late answer is noted.
    """
    asks = tenancy.within_organisation(organisation_id, Ask).filter(round__thread_id=thread_id)
    if answered_by_id is not None:
        asks.filter(person_id=answered_by_id).update(status=AskStatus.ANSWERED, responded_at=now)
    round_ = (
        tenancy.within_organisation(organisation_id, AskRound)
        .select_for_update()
        .filter(thread_id=thread_id, status=RoundStatus.OPEN)
        .first()
    )
    if round_ is None:
        return
    move(round_, ROUND_MOVES, to=to, closed_at=now)
    waves = tenancy.within_organisation(organisation_id, Wave).filter(round=round_, status=WaveStatus.WAITING)
    waves.update(status=WaveStatus.CANCELLED)
    _live_asks(round_).update(status=AskStatus.CANCELLED)
    append(
        PushCancelled(organisation_id=organisation_id, kind=PushKind.ASK, subject_id=thread_id, cancelled_at=now),
        now=now,
    )


def record_verified_fix(*, person_id: UUID, asset: Asset, fault_code: str, try_id: UUID, now: datetime) -> None:
    """
    Keep the evidence that this person's advice, or own hands, fixed this fault.

    Transaction: joins the caller's. Idempotent per person and try.
    """
    fix = VerifiedFix(
        organisation_id=asset.organisation_id,
        person_id=person_id,
        asset=asset,
        asset_model_id=asset.asset_model_id,
        fault_code=fault_code,
        try_id=try_id,
        fixed_at=now,
    )
    tenancy.create_many(VerifiedFix, [fix], ignore_conflicts=True)


def _live_asks(round_: AskRound) -> QuerySet[Ask]:
    return tenancy.within_organisation(round_.organisation_id, Ask).filter(
        round=round_, status__in=[AskStatus.ASKED, AskStatus.CLAIMED]
    )


def _bring_next_wave_forward(round_: AskRound, *, now: datetime) -> None:
    waiting = tenancy.within_organisation(round_.organisation_id, Wave).filter(round=round_, status=WaveStatus.WAITING)
    wave = waiting.order_by("number").first()
    if wave is not None:
        tenancy.same_row(wave).update(due_at=now)
        append(WaveDue(organisation_id=round_.organisation_id, wave_id=wave.pk), now=now)


def _ask(wave: Wave, candidate: Candidate, *, asked_count: int, now: datetime) -> Ask:
    round_ = wave.round
    ask = tenancy.create(
        Ask,
        organisation_id=wave.organisation_id,
        wave=wave,
        round=round_,
        person=candidate.person,
        reason=candidate.reason,
        score=candidate.score,
        features=candidate.features.as_dict(),
        is_safety=round_.urgency == "safety",
        asked_at=now,
    )
    append(_push_for(ask, asked_count=asked_count, now=now), now=now)
    return ask


def _push_for(ask: Ask, *, asked_count: int, now: datetime) -> PushRequested:
    round_ = ask.round
    code = f"{round_.fault_code} on " if round_.fault_code else ""
    asked = "Only you were asked." if asked_count == 1 else f"{asked_count} were asked."
    return PushRequested(
        organisation_id=ask.organisation_id,
        recipient_id=ask.person_id,
        kind=PushKind.ASK,
        subject_id=round_.thread_id,
        dedupe_key=f"ask:{ask.pk}",
        title=f"{round_.asker.name} asks: {code}{round_.asset.tag}, {round_.asset.site.name}",
        body=f"{round_.headline}. Asking you because {ask.reason}. {asked}",
        requested_at=now,
        urgency=PushUrgency.SAFETY if ask.is_safety else PushUrgency.HIGH,
        ttl_s=3600,
        data={"thread_id": str(round_.thread_id), "ask_id": str(ask.pk)},
    )
