"""A rung that names one person: the thread is theirs from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.candidates import features_of, has_budget
from backend.domain.asking.covering import named_person_for
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import DECLINED, Ask, AskRound, Wave, WaveStatus
from backend.domain.asking.pushes import duty_push
from backend.domain.asking.reaching import Reachable, reached_of
from backend.domain.asking.reasons import named_reason
from backend.domain.asking.scoring import score
from backend.domain.asking.track_record import TrackRecord, track_record_for
from backend.outbox.append import append


@dataclass(frozen=True)
class Named:
    """Whom a wave named. `ask`: theirs in this round; `is_new`: the wave made it; `is_reached`: outside the inbox."""

    person_id: UUID
    ask: Ask | None
    is_new: bool
    is_silent: bool
    is_reached: bool


def name_owner(wave: Wave, *, reachable: Reachable, version: int, now: datetime) -> Named | None:
    """
    Ask the one person whom this wave names, and tell them that the thread is theirs; None: there is nobody.

    Who declined in this round is not named.
    Transaction: joins the caller's; appends `push.requested`. `wave.round` with all that `Climb` wants.
    """
    audience = Audience(wave.audience)
    person = named_person_for(wave.round, audience, now=now)
    if person is None or has_declined(person, wave.round):
        return None
    return tell_owner(wave, person, why=named_reason(person, audience), reachable=reachable, version=version, now=now)


def tell_owner(wave: Wave, person: Person, *, why: str, reachable: Reachable, version: int, now: datetime) -> Named:
    """
    Ask this person, and tell them that the thread is theirs because of `why`.

    Who was asked on the thread before is not asked again, but told. Off shift, in quiet hours, over budget, told so
    by a push in this round already, or where no way leads to them: in silence. Safety is exempt from budget and quiet
    hours for whoever is on shift or on duty.
    Transaction: joins the caller's; appends `push.requested`. `wave.round` with all that `Climb` wants.
    """
    round_ = wave.round
    record = track_record_for(round_, now=now)
    is_reached = person.pk in reached_of([person.pk], round_, reachable=reachable, kind=PushKind.DUTY, now=now)
    is_silent = not (is_reached and is_told_aloud(wave, person, record, now=now))
    earlier = _earlier_ask(person, round_)
    if earlier is None:
        ask: Ask | None = _ask(wave, person, record, is_silent=is_silent, why=why, now=now)
    else:
        ask = earlier if earlier.round_id == round_.pk else None
    if ask is not None and ask.is_silent and not is_silent and ask.status not in DECLINED:
        _come_aloud(ask, wave, now=now)
    append(duty_push(wave, person, ask=ask, is_silent=is_silent, why=why, version=version, now=now), now=now)
    return Named(person.pk, ask, is_new=earlier is None, is_silent=is_silent, is_reached=is_reached)


def has_declined(person: Person, round_: AskRound) -> bool:
    """Return whether this person said in this round that they do not take it on."""
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(round=round_, person=person)
    return asks.filter(status__in=DECLINED).exists()


def is_told_aloud(wave: Wave, person: Person, record: TrackRecord, *, now: datetime) -> bool:
    """Return whether a push may tell this person that the thread is theirs: once a round, within hours and budget."""
    if wave.is_silent or not may_be_pushed(person, wave.round, record, now=now):
        return False
    waves = tenancy.within_organisation(wave.organisation_id, Wave).filter(round=wave.round, names=person)
    return not waves.filter(status=WaveStatus.FIRED, is_silent=False).exists()


def may_be_pushed(person: Person, round_: AskRound, record: TrackRecord, *, now: datetime) -> bool:
    """Return whether a push to this person about the round is within their hours and budget."""
    hours = hours_of([person], now=now)[person.pk]
    is_safety = round_.urgency == "safety"
    if is_safety and hours.is_on_shift(now):
        return True
    pushed_at = record.pushed_at.get(person.pk, [])
    began_at = hours.shift_began_at(now)
    within_budget = has_budget(pushed_at, round_.organisation, shift_began_at=began_at, is_safety=is_safety, now=now)
    return within_budget and hours.may_be_asked(now)


def _earlier_ask(person: Person, round_: AskRound) -> Ask | None:
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(round__thread_id=round_.thread_id)
    return asks.filter(person=person).order_by("-round__opened_at", "-asked_at").first()


def _come_aloud(ask: Ask, wave: Wave, *, now: datetime) -> None:
    """Make it an ask of this wave: now a push tells of it. It costs the budget of this shift, not of an earlier one."""
    ask.wave, ask.is_silent, ask.asked_at = wave, False, now
    tenancy.same_row(ask).update(wave=wave, is_silent=False, asked_at=now)


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
