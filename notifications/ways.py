"""The ways to a person that need no device: e-mail and SMS. To add one: its folder, a line here and in `channels`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

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
    is_not_set_up: str  # at this installation, in a sentence
    is_nowhere: str  # without an address, in a sentence


WAYS: tuple[Way, ...] = (
    Way(
        ChannelName.EMAIL,
        email.is_configured,
        lambda choice: choice.by_email,
        lambda policy: policy.email,
        _("E-mail: not set up at your Cuppa, so none will come."),
        _("You have no e-mail address here."),
    ),
    Way(
        ChannelName.SMS,
        sms.is_configured,
        lambda choice: choice.by_sms,
        lambda policy: policy.phone,
        _("Text messages: not set up at your Cuppa, so none will come."),
        _("You have no phone number here: add one to your profile."),
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
        return gettext(way.is_not_set_up)
    return None if way.address(policy) else gettext(way.is_nowhere)
