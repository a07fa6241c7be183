"""Take deliveries for sending, many at once: a lease in each row, after a last look at whether it should still go."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.among import among
from notifications.last_look import GETS_OLD, PutOff, Sendable, Withhold, expires_at, look_at
from notifications.models import ChannelName, Delivery, InboxItem
from notifications.outgoing import OutgoingPush
from notifications.reply_tokens import mint_all
from notifications.retracting import retract_late
from notifications.states import MOOT, DeliveryState, Withheld
from notifications.withholding import reason_of

alerts = logging.getLogger("notifications.alerts")  # an operator must do something

LEASE = timedelta(seconds=20)  # a batch is over after 10 s, whatever way it goes
_SKEW = timedelta(seconds=2)  # how far two machines' clocks may differ

# Whoever held a lapsed lease died, or nearly, and did not say whether it had offered it.
_MAY_HAVE_ARRIVED = Q(may_have_arrived=True) | Q(state=DeliveryState.SENDING)


@dataclass(frozen=True)
class Claim:
    """A delivery that this process alone may send until its lease lapses."""

    delivery_id: UUID
    attempt: int  # the fencing number: what it records counts only while it is the latest
    channel: str
    device_id: UUID | None
    registration_id: UUID | None
    push: OutgoingPush


def claim(*, delivery_id: UUID, now: datetime) -> Claim | None:
    """Take one delivery as `claim_all` does, whatever its channel; None: there is nothing to send."""
    channel = Delivery.objects.filter(pk=delivery_id).values_list("channel", flat=True).first()
    claims = claim_all(delivery_ids=[delivery_id], channel=channel, now=now) if channel else []
    return claims[0] if claims else None


def claim_all(*, delivery_ids: Collection[UUID], channel: str, now: datetime) -> list[Claim]:
    """
    Take those of the deliveries on `channel` that are to be sent and that nobody else holds.

    What is withdrawn, expired or without an address ends here; what comes too early is put off.
    The attempt is counted before the work, so that a sender which dies counts too.
    Transaction: opens its own, never inside another, so that none is open when the network is used. The number of
    statements does not depend on the number of deliveries.
    """
    with transaction.atomic(durable=True):
        looks = look_at(_lock_free(delivery_ids, channel, now), now=now)
        _withhold([look for look in looks if isinstance(look, Withhold)], now)
        _put_off([look for look in looks if isinstance(look, PutOff)], now)
        return _lease([look for look in looks if isinstance(look, Sendable)], now)


def _lock_free(delivery_ids: Collection[UUID], channel: str, now: datetime) -> list[Delivery]:
    is_free = Q(state=DeliveryState.CREATED, available_at__lte=now + _SKEW) | Q(
        state__in=[DeliveryState.REQUEUED, DeliveryState.SENDING], available_at__lte=now
    )
    # Prefetched: the join of `select_related` takes four times as long to turn into objects.
    free = Delivery.objects.filter(is_free, among(delivery_ids), channel=channel).prefetch_related("item")
    # What another sender looks at in this moment is its own: it will be leased when we could have it.
    return list(free.order_by("pk").select_for_update(skip_locked=True))


def _withhold(looks: Iterable[Withhold], now: datetime) -> None:
    withheld: dict[Withheld, list[Delivery]] = defaultdict(list)
    for look in looks:
        withheld[look.why].append(look.delivery)
    for why, some in withheld.items():
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in some]).update(
            state=DeliveryState.CANCELLED if why in MOOT else DeliveryState.DEAD,
            reason=reason_of(why),
            ended_at=now,
            may_have_arrived=_MAY_HAVE_ARRIVED,
        )
    if withheld:
        retract_late(delivery_ids=[delivery.pk for some in withheld.values() for delivery in some], now=now)
    _alert_of(withheld[Withheld.TOO_MANY_ATTEMPTS])


def _alert_of(given_up: Sequence[Delivery]) -> None:
    """Say once for all of them that a way has failed for hours. `detail` is what its service said last."""
    if given_up:
        first, more = given_up[0], f" and {len(given_up) - 1} more" if len(given_up) > 1 else ""
        alerts.error(
            "push given up after %d attempts, delivery %s%s, by %s (%s): %s",
            first.attempts,
            first.pk,
            more,
            first.channel,
            first.reason or "no answer",
            first.detail,
        )


def _put_off(looks: Iterable[PutOff], now: datetime) -> None:
    late, waits_until = [], {}
    for look in looks:
        delivery = look.delivery
        delivery.state, delivery.available_at, delivery.woken_at = DeliveryState.REQUEUED, look.until, None
        late.append(delivery)
        if look.for_person and delivery.item.kind not in GETS_OLD:
            waits_until[delivery.item_id] = look.until
    Delivery.objects.bulk_update(late, ["state", "available_at", "woken_at"])
    _let_live(waits_until, now)


def _let_live(waits_until: Mapping[UUID, datetime], now: datetime) -> None:
    """Give what would be over when its person may be disturbed the life from then on that it has left now."""
    if not waits_until:
        return
    # Passed over when somebody holds it: they read or withdraw it, and wait for its deliveries, which are held here.
    for item in InboxItem.objects.filter(pk__in=waits_until).order_by("pk").select_for_update(skip_locked=True):
        until = waits_until[item.pk]
        if expires_at(item) <= until:
            item.ttl_s += math.ceil((until - now).total_seconds())
            item.save(update_fields=["ttl_s"])


def _lease(looks: Sequence[Sendable], now: datetime) -> list[Claim]:
    Delivery.objects.filter(among([look.delivery.pk for look in looks])).update(
        state=DeliveryState.SENDING,
        attempts=F("attempts") + 1,
        available_at=now + LEASE,
        sent_at=now,
        may_have_arrived=_MAY_HAVE_ARRIVED,
    )
    with_buttons = [(look.delivery, look.device) for look in looks if look.device and not look.delivery.is_retraction]
    tokens = mint_all(with_buttons, now=now)
    return [_claim(look, tokens.get(look.delivery.pk), now) for look in looks]


def _claim(look: Sendable, reply_token: str | None, now: datetime) -> Claim:
    device = look.device
    return Claim(
        delivery_id=look.delivery.pk,
        attempt=look.delivery.attempts + 1,
        channel=ChannelName(look.delivery.channel),
        device_id=device.pk if device else None,
        registration_id=device.registration_id if device else None,
        push=_push(look, reply_token, now),
    )


def _push(look: Sendable, reply_token: str | None, now: datetime) -> OutgoingPush:
    item = look.delivery.item
    ends_at = expires_at(item)
    return OutgoingPush(
        push_id=item.id,
        kind=PushKind(item.kind),
        urgency=PushUrgency(item.urgency),
        subject_id=item.subject_id,
        title=item.title,
        body=item.body,
        ids=item.data,
        requested_at=item.requested_at,
        expires_at=ends_at,
        ttl_s=round((ends_at - now).total_seconds()),
        reply_token=reply_token,
        address=look.address,
        version=item.version,
        shows_details=look.policy.shows_details,
        language=look.policy.language,
        is_retraction=look.delivery.is_retraction,
    )
