"""What the pushes about an unanswered thread say: who asks, where, the code, why you, how many were asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask, AskRound, Wave

_TTL_S = {"can_wait": 24 * 3600}
_TTL_OF_THE_URGENT_S = 3600  # a phone that was off for longer reads the inbox
_A_WEEK = timedelta(days=7)
_URGENCIES = {"safety": PushUrgency.SAFETY, "can_wait": PushUrgency.NORMAL}


def urgency_of(round_: AskRound) -> PushUrgency:
    """Return how loudly a phone may tell of this round."""
    return _URGENCIES.get(round_.urgency, PushUrgency.HIGH)


def ask_push(ask: Ask, *, asked_count: int, version: int | None, now: datetime) -> PushRequested:
    """Return what tells one person that they are asked. `asked_count`: by the same wave, with them."""
    round_ = ask.round
    asked = "Only you were asked." if asked_count == 1 else f"{asked_count} were asked."
    return PushRequested(
        organisation_id=ask.organisation_id,
        recipient_id=ask.person_id,
        kind=PushKind.ASK,
        subject_id=round_.thread_id,
        dedupe_key=f"ask:{ask.pk}",
        title=_title(round_),
        body=f"{round_.headline}. Asking you because {ask.reason}. {asked}",
        requested_at=now,
        urgency=urgency_of(round_),
        ttl_s=_TTL_S.get(round_.urgency, _TTL_OF_THE_URGENT_S),
        data={"thread_id": str(round_.thread_id), "ask_id": str(ask.pk)},
        is_silent=ask.is_silent,
        version=version,
    )


def duty_push(
    wave: Wave,
    person: Person,
    *,
    ask: Ask | None,
    is_silent: bool,
    why: str,
    version: int | None,
    now: datetime,
) -> PushRequested:
    """Return what tells one person that the thread is theirs now, once a wave. `ask`: theirs; `why`: a reason."""
    round_ = wave.round
    ids = {"thread_id": str(round_.thread_id)} | ({"ask_id": str(ask.pk)} if ask else {})
    return PushRequested(
        organisation_id=round_.organisation_id,
        recipient_id=person.pk,
        kind=PushKind.DUTY,
        subject_id=round_.thread_id,
        dedupe_key=f"duty:{wave.pk}:{person.pk}",
        title=f"It is yours now: {_title(round_)}",
        body=f"{round_.headline}. It is yours because {why}.",
        requested_at=now,
        urgency=urgency_of(round_),
        data=ids,
        is_silent=is_silent,
        version=version,
    )


def unanswered_push(
    round_: AskRound, owner: Person, *, due_at: datetime, version: int | None, now: datetime
) -> PushRequested:
    """Return what tells the asker that the ladder ended, and whose the thread is."""
    day = _day_in_words(due_at, round_.asker, now=now)
    who = "It stays yours" if owner.pk == round_.asker_id else f"{owner.name} looks after it"
    return due_push(
        round_.organisation_id,
        round_.thread_id,
        recipient_id=round_.asker_id,
        dedupe_key=f"unanswered:{round_.pk}",
        title=f"Nobody has answered yet: {round_.headline}",
        body=f"Everybody who could know was asked. {who}, at the latest on {day}. A late answer still reaches you.",
        version=version,
        now=now,
    )


def due_push(
    organisation_id: UUID,
    thread_id: UUID,
    *,
    recipient_id: UUID,
    dedupe_key: str,
    title: str,
    body: str,
    version: int | None,
    now: datetime,
    is_silent: bool = False,
) -> PushRequested:
    """Return what tells an owner that a thread of theirs has waited for too long."""
    return PushRequested(
        organisation_id=organisation_id,
        recipient_id=recipient_id,
        kind=PushKind.DUE,
        subject_id=thread_id,
        dedupe_key=dedupe_key,
        title=title,
        body=body,
        requested_at=now,
        data={"thread_id": str(thread_id)},
        is_silent=is_silent,
        version=version,
    )


def _day_in_words(due_at: datetime, asker: Person, *, now: datetime) -> str:
    """Return the day of the week, by the asker's clock; with its date when there is one like it before."""
    zone = ZoneInfo(asker.time_zone)
    day = due_at.astimezone(zone)
    is_soon = day.date() - now.astimezone(zone).date() < _A_WEEK
    return f"{day:%A}" if is_soon else f"{day:%A} {day.day} {day:%B}"


def _title(round_: AskRound) -> str:
    code = f"{round_.fault_code} on " if round_.fault_code else ""
    return f"{round_.asker.name} asks: {code}{round_.asset.tag}, {round_.asset.site.name}"
