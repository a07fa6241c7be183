"""The ways to a person that need no device: e-mail and SMS. To add one: its folder, a line here and in `channels`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from notifications import email, sms
from notifications.models import ChannelName
from notifications.policy import PushPolicy
from notifications.preferences import Choice


@dataclass(frozen=True)
class Way:
    """How to know whether a way is open at all, whether a person wants it, and where it leads; empty: nowhere."""

    channel: ChannelName
    is_configured: Callable[[], bool]
    is_wanted: Callable[[Choice], bool]
    address: Callable[[PushPolicy], str]


WAYS: tuple[Way, ...] = (
    Way(ChannelName.EMAIL, email.is_configured, lambda choice: choice.by_email, lambda policy: policy.email),
    Way(ChannelName.SMS, sms.is_configured, lambda choice: choice.by_sms, lambda policy: policy.phone),
)


def ways_to(policy: PushPolicy, choice: Choice) -> list[ChannelName]:
    """Return the ways on which this person is told beside the push, or in its place."""
    return [way.channel for way in WAYS if way.is_wanted(choice) and way.address(policy) and way.is_configured()]
