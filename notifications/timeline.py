"""What became of each delivery, step by step, and how long each step took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from notifications.models import Delivery, InboxItem
from notifications.reasons import sentence_of
from notifications.states import DeliveryState

STEPS = ("created", "sent", "accepted", "delivered", "opened", "acted")


class ItemNotFound(LookupError):
    """The person was told no such thing."""


@dataclass(frozen=True)
class Step:
    """`lag_ms`: since the step before that is known; None for the first."""

    name: str
    at: datetime
    lag_ms: int | None


@dataclass(frozen=True)
class DeliveryTimeline:
    """`why`: a sentence for the person, when it did not arrive or waits; None when all is well."""

    id: UUID
    channel: str
    platform: str | None
    device_id: UUID | None
    state: DeliveryState
    attempts: int
    waits_until: datetime | None
    why: str | None
    steps: tuple[Step, ...]


def timeline_of(*, organisation_id: UUID, person_id: UUID, item_id: UUID) -> list[DeliveryTimeline]:
    """
    Return what became of each delivery of one inbox item, the oldest first. Two queries.

    Tenancy: only what was told to this person in this organisation.

    :raises ItemNotFound: there is no such item in their inbox.
    """
    item = InboxItem.objects.filter(organisation_id=organisation_id, recipient_id=person_id, pk=item_id).first()
    if item is None:
        raise ItemNotFound("You were told no such thing.")
    return [timeline(delivery) for delivery in item.deliveries.filter(is_retraction=False).order_by("id")]


def timeline(delivery: Delivery) -> DeliveryTimeline:
    """Return the story of one delivery."""
    state = DeliveryState(delivery.state)
    waits = state in {DeliveryState.CREATED, DeliveryState.REQUEUED} and delivery.available_at > delivery.created_at
    return DeliveryTimeline(
        id=delivery.pk,
        channel=delivery.channel,
        platform=delivery.platform or None,
        device_id=delivery.device_id,
        state=state,
        attempts=delivery.attempts,
        waits_until=delivery.available_at if waits else None,
        why=sentence_of(delivery),
        steps=_steps(delivery),
    )


def _steps(delivery: Delivery) -> tuple[Step, ...]:
    times = {
        "created": delivery.created_at,
        "sent": delivery.sent_at,
        "accepted": delivery.ended_at if delivery.state == DeliveryState.ACCEPTED else None,
        "delivered": delivery.delivered_at,
        "opened": delivery.opened_at,
        "acted": delivery.acted_at,
    }
    known = [(name, at) for name in STEPS if (at := times[name]) is not None]
    lags = [_ms(earlier, later) for (_, earlier), (_, later) in pairwise(known)]
    return tuple(Step(name, at, lag) for (name, at), lag in zip(known, [None, *lags], strict=True))


def _ms(earlier: datetime, later: datetime) -> int:
    # A receipt may overtake the record of the answer of the push service: that is no time at all, not less than none.
    return max(0, round((later - earlier).total_seconds() * 1000))
