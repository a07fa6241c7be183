"""Every way to reach a person: one line each."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from notifications.log_channel import LogChannel
from notifications.models import ChannelName
from notifications.outgoing import Channel


def device_channel() -> Channel:
    """Return FCM when Firebase credentials are configured, else the log."""
    if not settings.FIREBASE_CREDENTIALS:
        return LogChannel()
    from notifications.fcm import FcmChannel  # noqa: PLC0415  # a slow import, of use only with credentials

    return FcmChannel(credentials_path=settings.FIREBASE_CREDENTIALS, url=settings.FCM_URL)


def _email_channel() -> Channel:
    from notifications.email.channel import EmailChannel  # noqa: PLC0415  # of use only where it is set up

    return EmailChannel()


def _sms_channel() -> Channel:
    from notifications.sms.channel import SmsChannel  # noqa: PLC0415  # a slow import, of use only where it is set up

    return SmsChannel()


_CHANNELS: dict[str, Callable[[], Channel]] = {
    ChannelName.FCM: device_channel,
    ChannelName.EMAIL: _email_channel,
    ChannelName.SMS: _sms_channel,
}


def channel_for(name: str) -> Channel:
    """Return the channel of a delivery's `channel`, as this installation is configured."""
    return _CHANNELS[name]()
