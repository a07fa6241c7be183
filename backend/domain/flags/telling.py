"""Who is told of a flag: whoever has to look at it, and, of what became of it, whoever flagged."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext, gettext_noop, pgettext_lazy

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.languages import in_their_language
from backend.domain.accounts.models import Person
from backend.domain.flags.models import Flag
from backend.domain.flags.states import FlaggedKind, FlagKind, FlagStatus
from backend.outbox.append import append

_ENDINGS = {
    FlagStatus.UPHELD: gettext_noop("You were right: what you flagged"),
    FlagStatus.DISMISSED: gettext_noop("Looked at, and left as it is: what you flagged"),
}
_KINDS = {
    FlagKind.UNSAFE: pgettext_lazy("flagged as", "unsafe"),
    FlagKind.WRONG: pgettext_lazy("flagged as", "wrong"),
    FlagKind.PERSONAL_DATA: pgettext_lazy("flagged as", "personal data"),
    FlagKind.RUDE: pgettext_lazy("flagged as", "rude"),
    FlagKind.OTHER: pgettext_lazy("flagged as", "other"),
}
_THINGS = {
    FlaggedKind.SUGGESTION: pgettext_lazy("flagged", "suggestion"),
    FlaggedKind.COMMENT: pgettext_lazy("flagged", "comment"),
    FlaggedKind.CLIP: pgettext_lazy("flagged", "clip"),
    FlaggedKind.HOWTO: pgettext_lazy("flagged", "how-to"),
}


def ask(flag: Flag, person: Person, *, now: datetime) -> None:
    """
    Ask, or remind, somebody to look at a flag. What is unsafe rings; else it waits in the inbox until it is late.

    Transaction: required; appends `push.requested`. Each person once for each reminder.
    """
    is_late = flag.reminders_count > 0
    with in_their_language(person.language):
        title, body = _flagged(flag, is_late=is_late), _what_to_do(flag)
    push = PushRequested(
        organisation_id=flag.organisation_id,
        recipient_id=person.pk,
        kind=_push_kind(flag),
        subject_id=flag.pk,
        dedupe_key=f"flag:{flag.pk}:{flag.reminders_count}",
        title=title,
        body=body,
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


def _flagged(flag: Flag, *, is_late: bool) -> str:
    said = gettext("Still flagged: %(kind)s %(thing)s") if is_late else gettext("Flagged: %(kind)s %(thing)s")
    return said % {"kind": _KINDS[FlagKind(flag.kind)], "thing": _THINGS[FlaggedKind(flag.flagged_kind)]}


def _what_to_do(flag: Flag) -> str:
    said = flag.text or gettext("Look at it, and say what becomes of it.")
    return " ".join([said, gettext("Nobody looked at it in time.")]) if flag.escalations_count else said


def tell_flagger(flag: Flag, *, now: datetime) -> None:
    """
    Tell who flagged what became of it, in the inbox; not who resolved their own.

    Transaction: required; appends `push.requested`. Once a flag.
    """
    if flag.flagger_id == flag.resolved_by_id:
        return
    with in_their_language(flag.flagger.language):
        title = gettext(_ENDINGS[FlagStatus(flag.status)])
        body = flag.resolution or gettext("It was put right. Thank you.")
    push = PushRequested(
        organisation_id=flag.organisation_id,
        recipient_id=flag.flagger_id,
        kind=PushKind.SAFETY,
        subject_id=flag.pk,
        dedupe_key=f"flag-resolved:{flag.pk}",
        title=title,
        body=body,
        requested_at=now,
        data=_ids(flag),
        is_silent=True,
    )
    append(push, now=now)


def _ids(flag: Flag) -> dict[str, str]:
    ids = {"flag_id": flag.pk, "thread_id": flag.thread_id, f"{flag.flagged_kind}_id": flag.flagged_id}
    return {name: str(value) for name, value in ids.items() if value is not None}
