"""
Take a push back: one silent push under the same collapse id to each device that has it.

What was answered, closed or read elsewhere should not stand on a lock screen. Android gets data of kind `retract`, iOS
a background push with the same. A browser must show something for every push: it gets one only where it
said that it has shown what is taken back, and puts a silent line in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from notifications.among import among
from notifications.models import ChannelName, Delivery, Platform
from notifications.states import DeliveryState
from notifications.waking import wake_sender_on_commit

# A browser says what it has shown; a phone may show it without saying so.
_IS_SHOWN = Q(platform__in=[Platform.ANDROID, Platform.IOS]) | Q(platform=Platform.WEB, delivered_at__isnull=False)


def retract(*, item_ids: Collection[UUID], now: datetime, except_device: UUID | None = None) -> int:
    """
    Take these items off every screen they stand on, but that of `except_device`; return on how many.

    Never more than once a device. Not counted as telling; over when the push's own time is over.
    Transaction: joins the caller's, in which the items were read or withdrawn before this call. Idempotent.
    """
    # A sender may hold one right now: wait for what it records. What it records later, it takes back itself.
    on_the_way = Delivery.objects.filter(item_id__in=item_ids, is_retraction=False, channel=ChannelName.FCM).filter(
        Q(state__in=[DeliveryState.SENDING, DeliveryState.ACCEPTED]) | Q(may_have_arrived=True)
    )
    ids = [each.pk for each in on_the_way.order_by("pk").select_for_update()]
    shown = _shown(ids)
    return _take_back(shown.exclude(device_id=except_device) if except_device else shown, now)


def retract_late(*, delivery_ids: Collection[UUID], now: datetime) -> int:
    """
    Take back those of the deliveries that may stand on a screen and whose item was read or withdrawn on their way.

    Transaction: joins the caller's, which holds them locked and has recorded what became of them.
    """
    is_over = Q(item__cancelled_at__isnull=False) | Q(item__read_at__isnull=False)
    return _take_back(_shown(delivery_ids).filter(is_over), now)


def _shown(delivery_ids: Collection[UUID]) -> QuerySet[Delivery]:
    # Whoever opened it or pressed a button saw the phone take it away. What is being sent again could come after that
    # which takes it back.
    may_stand = Q(state=DeliveryState.ACCEPTED) | Q(may_have_arrived=True) & ~Q(state=DeliveryState.SENDING)
    return Delivery.objects.filter(
        may_stand,
        among(delivery_ids),
        _IS_SHOWN,
        is_retraction=False,
        opened_at=None,
        acted_at=None,
    )


def _take_back(deliveries: Iterable[Delivery], now: datetime) -> int:
    shown = list(deliveries)
    items = {delivery.item_id for delivery in shown}
    taken = set(
        Delivery.objects.filter(item_id__in=items, is_retraction=True).values_list("item_id", "device_id")
        if items
        else ()
    )
    retractions = [
        _retraction(delivery, now) for delivery in shown if (delivery.item_id, delivery.device_id) not in taken
    ]
    Delivery.objects.bulk_create(retractions, ignore_conflicts=True)
    wake_sender_on_commit([retraction.pk for retraction in retractions])
    return len(retractions)


def _retraction(delivery: Delivery, now: datetime) -> Delivery:
    return Delivery(
        item_id=delivery.item_id,
        device_id=delivery.device_id,
        platform=delivery.platform,
        is_retraction=True,
        state=DeliveryState.CREATED,
        created_at=now,
        available_at=now,
        woken_at=now,
    )
