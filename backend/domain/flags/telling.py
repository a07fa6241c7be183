"""Who is told of a flag: whoever has to look at it, and, of what became of it, whoever flagged."""

from __future__ import annotations

from datetime import datetime

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.models import Person
from backend.domain.flags.models import Flag
from backend.domain.flags.states import FlagKind, FlagStatus
from backend.outbox.append import append

_ENDINGS = {FlagStatus.UPHELD: "You were right", FlagStatus.DISMISSED: "Looked at, and left as it is"}


def ask(flag: Flag, person: Person, *, now: datetime) -> None:
    """
    Ask, or remind, somebody to look at a flag. What is unsafe rings; else it waits in the inbox until it is late.

    Transaction: required; appends `push.requested`. Each person once for each reminder.
    """
    is_late = flag.reminders_count > 0
    what = f"{flag.kind.replace('_', ' ')} {flag.flagged_kind}".replace("howto", "how-to")
    push = PushRequested(
        organisation_id=flag.organisation_id,
        recipient_id=person.pk,
        kind=_push_kind(flag),
        subject_id=flag.pk,
        dedupe_key=f"flag:{flag.pk}:{flag.reminders_count}",
        title=f"{'Still flagged' if is_late else 'Flagged'}: {what}",
        body=" ".join(
            said for said in (flag.text or "Look at it, and say what becomes of it.", _why_you(flag)) if said
        ),
        requested_at=now,
        urgency=PushUrgency.HIGH if flag.kind == FlagKind.UNSAFE else PushUrgency.NORMAL,
        data=_ids(flag),
        is_silent=flag.kind != FlagKind.UNSAFE and not is_late,
    )
    append(push, now=now)


def take_back_pushes(flag: Flag, *, now: datetime) -> None:
    """
    Have no phone show any more that somebody is to look at a flag, and no inbox count it: it is another's, or done.

    Transaction: required; appends `push.cancelled`. What is requested at `now` or later stays.
    """
    cancelled = PushCancelled(
        organisation_id=flag.organisation_id, kind=_push_kind(flag), subject_id=flag.pk, cancelled_at=now
    )
    append(cancelled, now=now)


def _push_kind(flag: Flag) -> PushKind:
    return PushKind.SAFETY if flag.kind == FlagKind.UNSAFE else PushKind.DUE


def _why_you(flag: Flag) -> str:
    return "Nobody looked at it in time." if flag.escalations_count else ""


def tell_flagger(flag: Flag, *, now: datetime) -> None:
    """
    Tell who flagged what became of it, in the inbox; not who resolved their own.

    Transaction: required; appends `push.requested`. Once a flag.
    """
    if flag.flagger_id == flag.resolved_by_id:
        return
    push = PushRequested(
        organisation_id=flag.organisation_id,
        recipient_id=flag.flagger_id,
        kind=PushKind.SAFETY,
        subject_id=flag.pk,
        dedupe_key=f"flag-resolved:{flag.pk}",
        title=f"{_ENDINGS[FlagStatus(flag.status)]}: what you flagged",
        body=flag.resolution or "It was put right. Thank you.",
        requested_at=now,
        data=_ids(flag),
        is_silent=True,
    )
    append(push, now=now)


def _ids(flag: Flag) -> dict[str, str]:
    ids = {"flag_id": flag.pk, "thread_id": flag.thread_id, f"{flag.flagged_kind}_id": flag.flagged_id}
    return {name: str(value) for name, value in ids.items() if value is not None}
