"""
The right to answer one push from a lock screen, without a session.

The token is made from the delivery and the secret key, so a push that is sent again carries the same one; only its
SHA-256 is stored. It is bound to a person, a device, a subject and the actions of its kind, it reads nothing, it
outlives the access token, and it ends when the device signs out.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from api_schema.push_payloads import ACTIONS, PushKind
from notifications.models import Delivery, Device, ReplyToken

# A phone may be offline for days between the push and the answer; idempotency keys are kept as long.
TOKEN_LIFE = timedelta(days=30)
_SALT = "cuppa.reply-token.v2"
# The devices are held until it commits, so that a sign-out at the same moment finds the token and ends it. What goes to
# a phone that is gone by now answers nothing.
_INSERT = """
    INSERT INTO notifications_replytoken
        (created_at, expires_at, token_sha256, item_id, delivery_id, device_id, session_id)
    SELECT %s, %s, made.token_sha256, made.item_id, made.delivery_id, device.id, device.session_id
    FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::uuid[]) AS made(token_sha256, item_id, delivery_id, device_id)
    JOIN notifications_device AS device ON device.id = made.device_id
    ORDER BY device.id
    FOR SHARE OF device
    ON CONFLICT DO NOTHING
"""


class ReplyTokenRefused(LookupError):
    """The token answers nothing (any more); the text is a sentence for the person who holds the phone."""


@dataclass(frozen=True)
class ReplyPermit:
    """What the holder of a token may answer, and as whom. `ids`: those of the push, as `ask_id` and `thread_id`."""

    organisation_id: UUID
    person_id: UUID
    device_id: UUID
    delivery_id: UUID
    push_id: UUID
    kind: PushKind
    subject_id: UUID
    ids: dict[str, str]
    version: int | None
    requested_at: datetime  # when the words of the push were said
    actions: tuple[str, ...]


def mint(delivery: Delivery, device: Device, *, now: datetime) -> str:
    """
    Return the reply token of `delivery`, 43 characters of base64url. Idempotent.

    Transaction: joins the caller's.
    """
    return mint_all([(delivery, device)], now=now)[delivery.pk]


def mint_all(deliveries: Collection[tuple[Delivery, Device]], *, now: datetime) -> dict[UUID, str]:
    """As `mint`, for many: the tokens by delivery id, in one statement."""
    tokens = {delivery.pk: _token(delivery.pk) for delivery, _ in deliveries}
    rows = [(_hash(tokens[delivery.pk]), delivery.item_id, delivery.pk, device.pk) for delivery, device in deliveries]
    if rows:
        with connection.cursor() as cursor:  # an array a column: the ORM's bulk insert takes three times as long
            cursor.execute(_INSERT, [now, now + TOKEN_LIFE, *(list(column) for column in zip(*rows, strict=True))])
    return tokens


def _token(delivery_id: UUID) -> str:
    digest = salted_hmac(_SALT, str(delivery_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def read_token(token: str, *, now: datetime) -> ReplyPermit:
    """
    Return what this token may answer.

    A phone that was pruned may answer: it was reached once. One that somebody else signed in on may not.

    :raises ReplyTokenRefused: it is none of ours, too old, or its device signed out.
    """
    row = _tokens().filter(token_sha256=_hash(token)).first()
    if row is None:
        raise ReplyTokenRefused("This notification is too old, or not one of ours. Open the app to answer.")
    if row.revoked_at is not None or row.has_moved_on:
        raise ReplyTokenRefused("This phone was signed out. Open the app and sign in to answer.")
    if row.expires_at <= now:
        raise ReplyTokenRefused("This notification is too old. Open the app to answer.")
    item = row.item
    return ReplyPermit(
        organisation_id=item.organisation_id,
        person_id=item.recipient_id,
        device_id=row.device_id,
        delivery_id=row.delivery_id,
        push_id=item.pk,
        kind=PushKind(item.kind),
        subject_id=item.subject_id,
        ids=item.data,
        version=item.version,
        requested_at=item.requested_at,
        actions=ACTIONS[PushKind(item.kind)],
    )


def revoke_tokens(*, session_id: str, now: datetime) -> int:
    """End every token that went to a device of this session. Idempotent. Returns how many ended."""
    return ReplyToken.objects.filter(session_id=session_id, revoked_at=None).update(revoked_at=now)


def delete_expired_tokens(*, now: datetime) -> int:
    """Delete tokens whose time is over. Returns how many."""
    return ReplyToken.objects.filter(expires_at__lt=now).delete()[0]


def _tokens() -> QuerySet[Any]:
    others = Device.objects.filter(pk=OuterRef("device_id")).exclude(person_id=OuterRef("item__recipient_id"))
    return ReplyToken.objects.select_related("item").annotate(has_moved_on=Exists(others))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
