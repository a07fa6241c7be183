"""One push as every channel gets it, and what a channel promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.answers import Answer


@dataclass(frozen=True)
class Address:
    """Where a push goes. `kind`: fid or token; `platform`: android, ios or web."""

    kind: str
    value: str
    platform: str


@dataclass(frozen=True)
class OutgoingPush:
    push_id: UUID  # the inbox item: equal for every attempt and every device
    kind: PushKind
    urgency: PushUrgency
    subject_id: UUID
    title: str
    body: str
    ids: dict[str, str]
    requested_at: datetime
    expires_at: datetime
    ttl_s: int  # what is left of its life
    reply_token: str | None
    address: Address


class Channel(Protocol):
    """A way to reach a device. To add one: a module with a class like this, and a line in `channels`."""

    def send(self, push: OutgoingPush) -> Answer:
        """Offer `push` once, within 10 s, retrying nothing; every refusal is an `Answer`, not an exception."""
        ...
