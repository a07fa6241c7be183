"""What the reply token of a notification permits, for every way in that takes one instead of a session."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from api_schema.events import PushActed
from api_schema.push_payloads import PushKind
from backend.domain.asking.seeing import note_seen
from backend.domain.threads.replies import ReplyTokenInvalid
from backend.domain.threads.reply_actions import Notified
from backend.outbox.append import append
from notifications import service as notifications
from notifications.service import ReceiptKind, ReplyPermit, ReplyTokenRefused


def permit_of(token: str, *, now: datetime) -> ReplyPermit:
    """
    Return what the holder of this token may answer.

    :raises ReplyTokenInvalid: it is not ours, too old, or its device signed out.
    """
    try:
        return notifications.read_token(token, now=now)
    except ReplyTokenRefused as refused:
        raise ReplyTokenInvalid(str(refused)) from refused


def notified_of(permit: ReplyPermit) -> Notified:
    """Return the push of this permit as the domain knows it."""
    return Notified(
        organisation_id=permit.organisation_id,
        person_id=permit.person_id,
        device_id=permit.device_id,
        push_id=permit.push_id,
        thread_id=_thread_of(permit),
        ask_id=_named(permit, "ask_id"),
        check_id=_named(permit, "check_id"),
        recall_id=_named(permit, "recall_id"),
        version=permit.version,
        told_at=permit.requested_at,
    )


def note_steps(permit: ReplyPermit, kinds: Collection[ReceiptKind], *, now: datetime) -> None:
    """
    Note how far the push of this permit came; whoever opened or acted on an ask has seen it.

    Transaction: joins the caller's. Idempotent.
    """
    # The ask first, as `push.acted` has it: it and a receipt of one push may come at once, and must not cross.
    ask_id = _named(permit, "ask_id")
    if ask_id and set(kinds) - {ReceiptKind.DELIVERED}:
        note_seen(ask_id=ask_id, now=now)
    for kind in sorted(kinds):
        notifications.note_receipt(
            organisation_id=permit.organisation_id,
            person_id=permit.person_id,
            push_id=permit.push_id,
            delivery_id=permit.delivery_id,
            device_id=permit.device_id,
            kind=kind,
            now=now,
        )


def tell_acted(permit: ReplyPermit, *, now: datetime) -> None:
    """
    Note that the push of this permit was acted on, and leave what `note_steps` does beyond that to `push.acted`: the
    reply need not wait for it.

    Transaction: joins the caller's, as its last step; appends `push.acted`.
    """
    notifications.note_step(delivery_id=permit.delivery_id, push_id=permit.push_id, kind=ReceiptKind.ACTED, now=now)
    append(
        PushActed(
            organisation_id=permit.organisation_id,
            person_id=permit.person_id,
            push_id=permit.push_id,
            delivery_id=permit.delivery_id,
            device_id=permit.device_id,
            ask_id=_named(permit, "ask_id"),
            acted_at=now,
        ),
        now=now,
    )


def _thread_of(permit: ReplyPermit) -> UUID | None:
    # A recall's subject is the recall; it names a thread only when it is about what was said in one.
    named = _named(permit, "thread_id")
    return named if permit.kind is PushKind.RECALL else named or permit.subject_id


def _named(permit: ReplyPermit, name: str) -> UUID | None:
    return UUID(permit.ids[name]) if name in permit.ids else None
