"""Whether the keys that open each way work: for whoever runs this installation."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max

from notifications import email, sms
from notifications.answers import FOR_SOMEBODY_TO_REPAIR
from notifications.models import ChannelName, Delivery
from notifications.states import DeliveryState


@dataclass(frozen=True)
class RefusedKey:
    """`count`: messages that wait for somebody to repair it. `platform`: empty where the way needs no device."""

    channel: str
    platform: str
    reason: str
    detail: str
    count: int


def firebase_key_problem() -> str | None:
    """Return what is wrong with this process's Firebase key file, in one sentence; None: nothing, or it has none."""
    if not settings.FIREBASE_CREDENTIALS:
        return None
    from notifications import fcm  # noqa: PLC0415  # a slow import, of use only with credentials

    return fcm.credentials_problem(settings.FIREBASE_CREDENTIALS)


def list_refused_keys() -> list[RefusedKey]:
    """Return the keys that a service refuses, as what waits for them says. One query."""
    waiting = Delivery.objects.filter(state=DeliveryState.REQUEUED, reason__in=FOR_SOMEBODY_TO_REPAIR)
    rows = waiting.values("channel", "platform", "reason").annotate(count=Count("pk"), detail=Max("detail"))
    return [RefusedKey(**row) for row in rows.order_by("channel", "platform", "reason")]


def list_closed_ways() -> list[ChannelName]:
    """Return the ways that are not set up here: push, when the last one that was sent went to the log. One query."""
    last = Delivery.objects.filter(channel=ChannelName.FCM, sent_at__isnull=False).order_by("-id").first()
    is_open = {
        ChannelName.FCM: last is None or last.state != DeliveryState.LOGGED,
        ChannelName.EMAIL: email.is_configured(),
        ChannelName.SMS: sms.is_configured(),
    }
    return [channel for channel, opened in is_open.items() if not opened]
