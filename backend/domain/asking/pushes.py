"""
What the pushes about an unanswered thread say: who asks, where, the code, why you, how many were asked.

Each is said in the language of who reads it; what people wrote stays as it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.languages import in_their_language
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
    with in_their_language(ask.person.language):
        title, body = _asks(round_), _why_asked(ask, asked_count)
    return PushRequested(
        organisation_id=ask.organisation_id,
        recipient_id=ask.person_id,
        kind=PushKind.ASK,
        subject_id=round_.thread_id,
        dedupe_key=f"ask:{ask.pk}",
        title=title,
        body=body,
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
    with in_their_language(person.language):
        title = gettext("It is yours now: %(asks)s") % {"asks": _asks(round_)}
        body = gettext("%(headline)s. It is yours because %(reason)s.") % {"headline": round_.headline, "reason": why}
    return PushRequested(
        organisation_id=round_.organisation_id,
        recipient_id=person.pk,
        kind=PushKind.DUTY,
        subject_id=round_.thread_id,
        dedupe_key=f"duty:{wave.pk}:{person.pk}",
        title=title,
        body=body,
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
    with in_their_language(round_.asker.language):
        title = gettext("Nobody has answered yet: %(headline)s") % {"headline": round_.headline}
        body = _whose_it_is(round_, owner, day=_day_in_words(due_at, round_.asker, now=now))
    return due_push(
        round_.organisation_id,
        round_.thread_id,
        recipient_id=round_.asker_id,
        dedupe_key=f"unanswered:{round_.pk}",
        title=title,
        body=body,
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


def _asks(round_: AskRound) -> str:
    asset = round_.asset
    if round_.fault_code:
        said = gettext("%(name)s asks: %(code)s on %(tag)s, %(site)s")
    else:
        said = gettext("%(name)s asks: %(tag)s, %(site)s")
    return said % {
        "name": round_.asker.name,
        "code": round_.fault_code,
        "tag": asset.tag,
        "site": asset.site.name,
    }


def _why_asked(ask: Ask, asked_count: int) -> str:
    asked = ngettext("Only you were asked.", "%(count)d were asked.", asked_count) % {"count": asked_count}
    said = gettext("%(headline)s. Asking you because %(reason)s. %(asked)s")
    return said % {"headline": ask.round.headline, "reason": ask.reason, "asked": asked}


def _whose_it_is(round_: AskRound, owner: Person, *, day: str) -> str:
    if owner.pk == round_.asker_id:
        said = gettext(
            "Everybody who could know was asked. It stays yours, at the latest on %(day)s."
            " A late answer still reaches you."
        )
    else:
        said = gettext(
            "Everybody who could know was asked. %(name)s looks after it, at the latest on %(day)s."
            " A late answer still reaches you."
        )
    return said % {"name": owner.name, "day": day}


def _day_in_words(due_at: datetime, asker: Person, *, now: datetime) -> str:
    """Return the day of the week, by the asker's clock; with its date when there is one like it before."""
    zone = ZoneInfo(asker.time_zone)
    day = due_at.astimezone(zone)
    is_soon = day.date() - now.astimezone(zone).date() < _A_WEEK
    return date_format(day, "l" if is_soon else "l j F")
