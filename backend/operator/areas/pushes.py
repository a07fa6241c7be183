"""What people were told, and how it travelled. The models are asked for by name: their package shows us `service`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps

from backend.operator.doing import Doing, Refused
from backend.operator.filters import ByOrganisation
from backend.operator.row_admin import RowAdmin, link, named
from backend.operator.site import site
from notifications import service as notifications

_AGAIN = "It is sent once more with twelve attempts, unless it was read, withdrawn or its time is over."
_AT_ONCE = "Sending begins again at once, although the service asked for quiet. If it still wants that, it will say so."


def _send_again(delivery: Any, now: datetime) -> None:
    try:
        notifications.send_again(delivery_id=delivery.pk, now=now)
    except notifications.UnableToSendAgain as why:
        raise Refused(str(why)) from None


def _lift_pause(pause: Any, _now: datetime) -> None:
    notifications.lift_pause(channel=pause.channel)


class InboxItemAdmin(RowAdmin):
    list_display = ("created_at", named("recipient_id"), "kind", "urgency", "title", "read_at", "cancelled_at")
    list_filter = (ByOrganisation, "kind", "urgency", "created_at", "is_silent", "waits_for_digest")
    search_fields = ("=id", "=recipient_id", "=subject_id", "title")


class DeliveryAdmin(RowAdmin):
    list_display = (
        "created_at",
        link("item"),
        "channel",
        "platform",
        "state",
        "attempts",
        "available_at",
        "sent_at",
        "delivered_at",
        "reason",
        "detail",
    )
    list_filter = ("state", "channel", "platform", "reason", "is_retraction", "created_at")
    search_fields = ("=id", "=item__id", "=device_id", "=item__recipient_id", "message_id")
    doings = (Doing("send_again", "Send it again", _AGAIN, _send_again),)


class DeviceAdmin(RowAdmin):
    list_display = ("registered_at", named("person_id"), "platform", "kind", "last_seen_at")
    list_filter = (ByOrganisation, "platform", "kind")
    search_fields = ("=id", "=person_id")


class SendingPauseAdmin(RowAdmin):
    list_display = ("channel", "until")
    ordering = ("channel",)
    doings = (Doing("lift", "Send at once", _AT_ONCE, _lift_pause),)


class PreferenceAdmin(RowAdmin):
    list_display = ("id", named("person_id"), "kind", "mode", "by_email", "by_sms")
    list_filter = (ByOrganisation, "kind", "mode")
    search_fields = ("=id", "=person_id")


for name, shown_by in {
    "InboxItem": InboxItemAdmin,
    "Delivery": DeliveryAdmin,
    "Device": DeviceAdmin,
    "SendingPause": SendingPauseAdmin,
    "Preference": PreferenceAdmin,
}.items():
    site.register(apps.get_model("notifications", name), shown_by)
