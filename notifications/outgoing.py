"""One push as every channel gets it, and what a channel promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.answers import Answer


@dataclass(frozen=True)
class Address:
    """
    Where a push goes.

    A device: `kind` is fid or token, `platform` android, ios or web. Else `kind` is email or sms, `value` the
    address or number itself, and `platform` empty.
    """

    kind: str
    value: str
    platform: str = ""


@dataclass(frozen=True)
class OutgoingPush:
    push_id: UUID  # the inbox item: equal for every attempt, device and channel
    kind: PushKind
    urgency: PushUrgency
    subject_id: UUID
    title: str
    body: str
    ids: dict[str, str]
    requested_at: datetime
    expires_at: datetime
    ttl_s: int  # what is left of its life
    reply_token: str | None  # None: the channel has no buttons
    address: Address
    version: int | None = None  # of the thread it is about
    shows_details: bool = False  # may title and body leave our house? Else only that there is something
    language: str = "en"  # one that Cuppa speaks
    is_retraction: bool = False  # take back what stands under the same collapse id, silently


class Channel(Protocol):
    """A way to reach a person. To add one: a folder with a class like this, and a line in `channels`."""

    def send(self, push: OutgoingPush) -> Answer:
        """Offer `push` once, within 10 s, retrying nothing; every refusal is an `Answer`, not an exception."""
        ...


@runtime_checkable
class BatchChannel(Channel, Protocol):
    """A channel that has many pushes on the way at once, as `side_by_side` does where a library knows one a call."""

    def send_many(
        self, pushes: Mapping[UUID, OutgoingPush], *, goes_on: Callable[[], bool]
    ) -> Iterator[dict[UUID, Answer]]:
        """
        Offer each push once, and yield the answers by its key as they come, at least every key once, within 10 s.

        `goes_on` is asked before each push starts. Once it says no, or the time is over, the rest is `NotOffered`.
        """
        ...
