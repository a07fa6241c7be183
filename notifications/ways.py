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
    what: str  # as a sentence begins with it
    is_configured: Callable[[], bool]
    is_wanted: Callable[[Choice], bool]
    address: Callable[[PushPolicy], str]
    what_is_missing: str  # without an address


WAYS: tuple[Way, ...] = (
    Way(
        ChannelName.EMAIL,
        "E-mail",
        email.is_configured,
        lambda choice: choice.by_email,
        lambda policy: policy.email,
        "You have no e-mail address here.",
    ),
    Way(
        ChannelName.SMS,
        "Text messages",
        sms.is_configured,
        lambda choice: choice.by_sms,
        lambda policy: policy.phone,
        "You have no phone number here: add one to your profile.",
    ),
)


def address_on(channel: str, policy: PushPolicy) -> str:
    """Return where `channel` leads for this person; empty: nowhere."""
    return next((way.address(policy) for way in WAYS if way.channel == channel), "")


def ways_to(policy: PushPolicy, choice: Choice) -> list[ChannelName]:
    """Return the ways on which this person is told beside the push, or in its place."""
    return [way.channel for way in WAYS if way.is_wanted(choice) and problem_of(way, policy) is None]


def problem_of(way: Way, policy: PushPolicy) -> str | None:
    """Return why nothing can come to the person on this way, in one sentence, or None when it can."""
    if not way.is_configured():
        return f"{way.what}: not set up at your Cuppa, so none will come."
    return None if way.address(policy) else way.what_is_missing
