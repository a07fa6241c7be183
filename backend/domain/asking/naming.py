"""A rung that names one person: the thread is theirs from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.candidates import features_of, has_budget
from backend.domain.asking.covering import named_person_for
from backend.domain.asking.hours import hours_of
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import DECLINED, Ask, AskRound, Wave
from backend.domain.asking.pushes import duty_push
from backend.domain.asking.reasons import NAMED_REASONS
from backend.domain.asking.scoring import score
from backend.domain.asking.track_record import TrackRecord, track_record_for
from backend.outbox.append import append


@dataclass(frozen=True)
class Named:
    """Whom a wave named. `ask`: theirs in this round; `is_new`: the wave made it."""

    person_id: UUID
    ask: Ask | None
    is_new: bool


def name_owner(wave: Wave, *, version: int, now: datetime) -> Named | None:
    """
    Ask the one person whom this wave names, and tell them that the thread is theirs; None: there is nobody.

    Who was asked on the thread before is not asked again, but told. Who declined in this round is not named. Off
    shift, in quiet hours, or over budget: in silence. Safety is exempt for whoever is on shift or on duty.
    Transaction: joins the caller's; appends `push.requested`. `wave.round` with all that `Climb` wants.
    """
    round_, audience = wave.round, Audience(wave.audience)
    person = named_person_for(round_, audience, now=now)
    if person is None:
        return None
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(round__thread_id=round_.thread_id)
    earlier = asks.filter(person=person).order_by("-asked_at").first()
    asked_here = earlier if earlier is not None and earlier.round_id == round_.pk else None
    if asked_here is not None and asked_here.status in DECLINED:
        return None
    record = track_record_for(round_, now=now)
    is_silent = not may_be_pushed(person, round_, record, now=now)
    why = NAMED_REASONS[audience]
    if asked_here is not None and asked_here.is_silent and not is_silent:
        tenancy.same_row(asked_here).update(is_silent=False)  # now a push tells them of it, and costs budget
    ask = asked_here if earlier else _ask(wave, person, record, is_silent=is_silent, why=why, now=now)
    push = duty_push(round_, person, ask=ask, is_silent=is_silent, why=why, version=version, now=now)
    append(push, now=now)
    return Named(person.pk, ask, is_new=earlier is None)


def may_be_pushed(person: Person, round_: AskRound, record: TrackRecord, *, now: datetime) -> bool:
    """Return whether a push to this person about the round is within their hours and budget."""
    hours = hours_of([person], now=now)[person.pk]
    is_safety = round_.urgency == "safety"
    if is_safety and hours.is_on_shift(now):
        return True
    asked_at = record.asked_at.get(person.pk, [])
    within_budget = has_budget(hours, asked_at, round_.organisation, is_safety=is_safety, now=now)
    return within_budget and hours.may_be_asked(now)


def _ask(wave: Wave, person: Person, record: TrackRecord, *, is_silent: bool, why: str, now: datetime) -> Ask:
    features = features_of(person, wave.round, record, now=now)
    return tenancy.create(
        Ask,
        organisation_id=wave.organisation_id,
        wave=wave,
        round=wave.round,
        person=person,
        reason=why,
        score=score(features),
        features=features.as_dict(),
        is_silent=is_silent,
        is_safety=wave.round.urgency == "safety",
        asked_at=now,
    )
