"""Whether the keys that open each way work: for whoever runs this installation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from notifications import email, sms
from notifications.answers import FOR_SOMEBODY_TO_REPAIR
from notifications.models import ChannelName, Delivery
from notifications.states import DeliveryState

_LATELY = timedelta(days=7)


@dataclass(frozen=True)
class RefusedKey:
    """`waiting_count`: messages that wait until it is repaired. `platform`: empty where the way needs no device."""

    channel: str
    platform: str
    reason: str
    detail: str
    waiting_count: int


def firebase_key_problem() -> str | None:
    """Return what is wrong with this process's Firebase key file, in one sentence; None: nothing, or it has none."""
    if not settings.FIREBASE_CREDENTIALS:
        return None
    from notifications import fcm  # noqa: PLC0415  # a slow import, of use only with credentials

    return fcm.credentials_problem(settings.FIREBASE_CREDENTIALS)


def list_refused_keys(*, now: datetime) -> list[RefusedKey]:
    """
    Return the keys that a service refused the last time they were tried, within the last week. Two queries.

    Also when nothing waits any more: what a broken key held up is withdrawn, or too old, before long.
    """
    refused = Q(reason__in=FOR_SOMEBODY_TO_REPAIR)
    tried = Delivery.objects.filter(refused | Q(state=DeliveryState.ACCEPTED), created_at__gt=now - _LATELY)
    last = tried.order_by("channel", "platform", "-id").distinct("channel", "platform")
    waiting = Delivery.objects.filter(refused, state=DeliveryState.REQUEUED).values_list("channel", "platform")
    counts = Counter(waiting)
    return [
        RefusedKey(each.channel, each.platform, each.reason, each.detail, counts[each.channel, each.platform])
        for each in last
        if each.reason
    ]


def list_closed_ways() -> list[ChannelName]:
    """Return the ways that are not set up here: push, when the last one that was sent went to the log. One query."""
    last = Delivery.objects.filter(channel=ChannelName.FCM, sent_at__isnull=False).order_by("-id").first()
    is_open = {
        ChannelName.FCM: last is None or last.state != DeliveryState.LOGGED,
        ChannelName.EMAIL: email.is_configured(),
        ChannelName.SMS: sms.is_configured(),
    }
    return [channel for channel, opened in is_open.items() if not opened]
