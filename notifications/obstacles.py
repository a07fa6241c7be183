"""What would keep a push from reaching a person, said in sentences to that person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.answers import RULES, Fault, Verdict
from notifications.models import ChannelName, Delivery, Device, SendingPause, TellingMode
from notifications.policy import Hindrance, PushPolicy, Telling, policies_for
from notifications.preference_words import NAMES
from notifications.preferences import list_choices
from notifications.reasons import sentence_of_reason
from notifications.states import DeliveryState, Withheld

REMEMBERED_FOR = timedelta(days=30)
_FAULTS = [*(fault.value for fault in Fault), Withheld.TOO_MANY_ATTEMPTS.value]
_PRUNING = [fault.value for fault, rule in RULES.items() if rule.verdict is Verdict.PRUNE]
_HINDRANCE = {
    Hindrance.BUSY: _("You said that you are busy: a real push waits until %(at)s."),
    Hindrance.QUIET_HOURS: _("These are your quiet hours: a real push waits until %(at)s."),
    Hindrance.OFF_SHIFT: _("You are off shift: a real push waits until %(at)s."),
}
_OTHER_HOURS = _("It is outside of your hours: a real push waits until %(at)s.")
_NO_SERVICE = _(
    "No push service is set up at your Cuppa: pushes are written to its log only. The inbox has everything."
)
_BAD_KEY = _("Cuppa's key for the push service is refused, so no push leaves. Tell whoever runs your Cuppa.")
_NO_DEVICE = _("No phone or browser of yours is registered. Open the app there and allow notifications.")


@dataclass(frozen=True)
class DeviceObstacles:
    """`problem`: what went wrong there last, None when nothing did. `is_forgotten`: nothing is sent there any more."""

    device_id: UUID
    platform: str
    last_seen_at: datetime | None
    is_forgotten: bool
    problem: str | None
    problem_at: datetime | None


@dataclass(frozen=True)
class Obstacles:
    """`problems`: what holds for every device of theirs."""

    problems: tuple[str, ...]
    devices: tuple[DeviceObstacles, ...]


def find_obstacles(*, organisation_id: UUID, person_id: UUID, now: datetime) -> Obstacles:
    """
    Return what would keep a push to this person from arriving now, in the language that is spoken.

    A constant number of queries.
    """
    devices = list(
        Device.objects.filter(organisation_id=organisation_id, person_id=person_id).order_by("-registered_at", "-id")
    )
    telling = Telling(organisation_id, person_id, PushKind.ASK, PushUrgency.NORMAL)
    policy = policies_for([telling], now)[telling]
    problems = [
        *([] if devices else [gettext(_NO_DEVICE)]),
        *_of_the_service(now, policy),
        *_of_the_hour(policy, now),
        *_of_the_choices(organisation_id, person_id),
    ]
    return Obstacles(tuple(problems), tuple(_of_each_device(devices, organisation_id, person_id, now)))


def _of_the_service(now: datetime, policy: PushPolicy) -> Iterator[str]:
    # This process need not have the key: the sender's last word on anybody's push says what is wrong with it.
    last = Delivery.objects.filter(channel=ChannelName.FCM, sent_at__isnull=False).order_by("-id").first()
    if last is not None and last.state == DeliveryState.LOGGED:
        yield gettext(_NO_SERVICE)
    elif last is not None and last.reason == Fault.CREDENTIALS:
        yield gettext(_BAD_KEY)
    pause = SendingPause.objects.filter(channel=ChannelName.FCM, until__gt=now).first()
    if pause is not None:
        paused = gettext("The push service asked for a pause: nothing is sent before %(at)s.")
        yield paused % {"at": _local(pause.until, policy)}


def _of_the_hour(policy: PushPolicy, now: datetime) -> Iterator[str]:
    if policy.push_at > now:
        waits = _HINDRANCE[policy.hindrance] if policy.hindrance else _OTHER_HOURS
        yield gettext(waits) % {"at": _local(policy.push_at, policy)}


def _local(moment: datetime, policy: PushPolicy) -> str:
    return date_format(moment.astimezone(ZoneInfo(policy.time_zone)), "l j F, H:i")


def _of_the_choices(organisation_id: UUID, person_id: UUID) -> Iterator[str]:
    choices = list_choices(organisation_id=organisation_id, person_id=person_id)
    quiet = [gettext(NAMES[choice.kind]) for choice in choices if choice.mode is not TellingMode.PUSH]
    if quiet:
        yield gettext("You chose no push for: %(kinds)s.") % {"kinds": ", ".join(quiet)}


def _of_each_device(
    devices: list[Device], organisation_id: UUID, person_id: UUID, now: datetime
) -> Iterator[DeviceObstacles]:
    recent = Delivery.objects.filter(
        item__organisation_id=organisation_id,
        item__recipient_id=person_id,
        channel=ChannelName.FCM,
        created_at__gt=now - REMEMBERED_FOR,
    )
    # The last word on each device: an older fault that a later push overcame is none any more. What was not needed
    # any more when it was to be sent says nothing of the device.
    recent = recent.filter(Q(reason__in=_FAULTS) | Q(state=DeliveryState.ACCEPTED))
    last = {each.device_id: each for each in recent.order_by("device_id", "-id").distinct("device_id")}
    for device in devices:
        yield _device(last.pop(device.pk, None), device.pk, device.platform, device.last_seen_at)
    for device_id, delivery in last.items():
        if device_id is not None and delivery.reason in _PRUNING:
            yield _device(delivery, device_id, delivery.platform, None)


def _device(last: Delivery | None, device_id: UUID, platform: str, last_seen_at: datetime | None) -> DeviceObstacles:
    has_failed = last is not None and last.reason != ""
    return DeviceObstacles(
        device_id=device_id,
        platform=platform,
        last_seen_at=last_seen_at,
        is_forgotten=last_seen_at is None,
        problem=sentence_of_reason(last.reason) if last and has_failed else None,
        problem_at=(last.ended_at or last.sent_at) if last and has_failed else None,
    )
