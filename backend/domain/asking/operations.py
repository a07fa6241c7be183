"""Asking peers: a round opens, and closes at the first answer; what was proven is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from api_schema.events import PushCancelled
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.asking.ladder_rules import rungs_for
from backend.domain.asking.models import (
    ROUND_MOVES,
    Ask,
    AskRound,
    AskStatus,
    FixKind,
    RoundStatus,
    VerifiedFix,
    Wave,
    WaveStatus,
)
from backend.domain.asking.planning import plan_waves
from backend.domain.asking.standing import Standing, latest_round_alone, next_look_at
from backend.domain.equipment.models import Asset
from backend.domain.states import move
from backend.outbox.append import append_all


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


def open_round(*, fault: Fault, now: datetime) -> Standing:
    """
    Start asking about `fault`: wave 1 now, the others waiting. Return whose the thread is meanwhile, and until when.

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
    rungs = rungs_for(organisation_id=fault.organisation_id, urgency=fault.urgency)
    waves = plan_waves(round_, rungs, from_at=now)
    return Standing(fault.asker_id, next_look_at(waves, now=now))


def close_round(
    *, organisation_id: UUID, thread_id: UUID, to: RoundStatus, answered_by_id: UUID | None = None, now: datetime
) -> None:
    """
    Stop asking: cancel waves that wait and pushes that are unsent, and free those who were asked.

    Transaction: joins the caller's, which holds the thread; appends `push.cancelled`.
    Idempotent: without a round that asks, or stands on the gap list, only a late answer is noted.
    """
    round_ = latest_round_alone(organisation_id=organisation_id, thread_id=thread_id)
    asks = tenancy.within_organisation(organisation_id, Ask).filter(round__thread_id=thread_id)
    was_claimed = round_ is not None and asks.filter(status=AskStatus.CLAIMED).exists()
    if answered_by_id is not None:
        asks.filter(person_id=answered_by_id).update(status=AskStatus.ANSWERED, responded_at=now)
    if round_ is None:
        return
    was_unanswered = round_.status == RoundStatus.UNANSWERED
    move(round_, ROUND_MOVES, to=to, closed_at=now)
    waves = tenancy.within_organisation(organisation_id, Wave).filter(round=round_)
    waves.filter(status=WaveStatus.WAITING).update(status=WaveStatus.CANCELLED)
    live_asks(round_).update(status=AskStatus.CANCELLED)
    named_somebody = to is RoundStatus.CLOSED or waves.filter(names__isnull=False).exists()
    is_over = {
        PushKind.ASK: True,
        PushKind.DUE: was_unanswered,  # "Nobody has answered yet"
        PushKind.CLAIMED: was_claimed,
        PushKind.DUTY: named_somebody,
    }
    withdraw(round_, *(kind for kind, is_told in is_over.items() if is_told), now=now)


def live_asks(round_: AskRound) -> QuerySet[Ask]:
    """Return the asks of this round that wait for their person."""
    return tenancy.within_organisation(round_.organisation_id, Ask).filter(
        round=round_, status__in=[AskStatus.ASKED, AskStatus.CLAIMED]
    )


def record_verified_fix(
    *,
    person_id: UUID,
    asset: Asset,
    fault_code: str,
    try_id: UUID,
    kind: FixKind = FixKind.ADVICE,
    thread_id: UUID | None = None,
    now: datetime,
) -> None:
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
        thread_id=thread_id,
        kind=kind,
        fixed_at=now,
    )
    tenancy.create_many(VerifiedFix, [fix], ignore_conflicts=True)


def withdraw(round_: AskRound, *kinds: PushKind, now: datetime) -> None:
    """Take back what was pushed of these kinds about the round's thread. Joins the caller's transaction."""
    organisation_id, thread_id = round_.organisation_id, round_.thread_id
    append_all(
        [
            PushCancelled(organisation_id=organisation_id, kind=kind, subject_id=thread_id, cancelled_at=now)
            for kind in kinds
        ],
        now=now,
    )
