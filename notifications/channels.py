"""Which channel reaches the devices of this installation."""

from __future__ import annotations

from django.conf import settings

from notifications.log_channel import LogChannel
from notifications.outgoing import Channel


def device_channel() -> Channel:
    """Return FCM when Firebase credentials are configured, else the log."""
    if not settings.FIREBASE_CREDENTIALS:
        return LogChannel()
    from notifications.fcm import FcmChannel  # noqa: PLC0415  # a slow import, of use only with credentials

    return FcmChannel(credentials_path=settings.FIREBASE_CREDENTIALS, url=settings.FCM_URL)
