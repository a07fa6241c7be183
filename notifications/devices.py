"""Registrations: which phones a person can be reached on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from api_schema.ids import uuid7
from notifications.losing import drop, owner_of, tell_lost
from notifications.models import Device, DeviceKind, Platform, ReplyToken
from notifications.reply_tokens import revoke_tokens


@dataclass(frozen=True)
class DeviceView:
    """What the outside may know of a device. `value` stays inside: it is an address that anybody could push to."""

    id: UUID
    kind: str
    platform: str
    registered_at: datetime
    last_seen_at: datetime  # it registered, or said that a push came


class UnableToRegisterDevice(ValueError):
    """The registration is malformed; the text names the field."""


class DeviceNotFound(LookupError):
    """The person has no such device."""


_RENEWED = (
    "organisation_id",
    "person_id",
    "session_id",
    "platform",
    "registered_at",
    "last_seen_at",
    "registration_id",
)


@transaction.atomic
def register_device(
    *,
    organisation_id: UUID,
    person_id: UUID,
    session_id: str,
    kind: str,
    value: str,
    platform: str,
    now: datetime,
) -> DeviceView:
    """
    Let the person be reached at `(kind, value)`: `fid` or `token`, on `android`, `ios` or `web`.

    The pair belongs to whoever registered it last, in whatever organisation: one phone, one person. Whoever had it
    before has lost a device.
    Transaction: opens its own, or joins the caller's; what the backend makes of the loss belongs to it. Two who
    register it at once leave one owner and one loss. Idempotent; every call renews the registration.

    :raises UnableToRegisterDevice: unknown kind or platform, or `value` is empty or over 1024 characters.
    """
    _check(kind=kind, value=value, platform=platform)
    device = Device(
        organisation_id=organisation_id,
        person_id=person_id,
        session_id=session_id,
        kind=kind,
        value=value,
        platform=platform,
        registered_at=now,
        last_seen_at=now,
        registration_id=uuid7(),
    )
    had_by = _owner_before(device)
    Device.objects.bulk_create([device], update_conflicts=True, unique_fields=["kind", "value"], update_fields=_RENEWED)
    if had_by != owner_of(device):
        tell_lost({had_by}, now=now)
    return _view(Device.objects.get(kind=kind, value=value))


def _owner_before(device: Device) -> tuple[UUID, UUID]:
    """Hold the registration until the transaction ends, newly written if need be, and return whose it was until now."""
    # Where it exists, this only locks it. A SELECT would pass over one that somebody else is writing right now.
    Device.objects.bulk_create([device], update_conflicts=True, unique_fields=["kind", "value"], update_fields=["kind"])
    return owner_of(Device.objects.get(kind=device.kind, value=device.value))


def list_devices(*, organisation_id: UUID, person_id: UUID) -> list[DeviceView]:
    """Return the person's devices, the latest registration first."""
    devices = Device.objects.filter(organisation_id=organisation_id, person_id=person_id)
    return [_view(device) for device in devices.order_by("-registered_at", "-id")]


def remove_device(*, organisation_id: UUID, person_id: UUID, device_id: UUID, now: datetime) -> None:
    """
    Stop reaching the person on this device; what is unsent to it stays unsent.

    :raises DeviceNotFound: the person has no such device, also when somebody else has.
    """
    devices = Device.objects.filter(organisation_id=organisation_id, person_id=person_id, id=device_id)
    if not drop(devices, now=now):
        raise DeviceNotFound(f"There is no device {device_id}.")


@transaction.atomic
def forget_session(*, session_id: str, now: datetime) -> int:
    """
    Drop the devices that were registered in this session, on sign-out, and end what was sent to them.

    Transaction: joins the caller's, or opens its own. Idempotent. Returns how many devices.
    """
    # The devices first: whoever is sending to one of them has then written the token that is to end.
    count = drop(Device.objects.filter(session_id=session_id), now=now)
    revoke_tokens(session_id=session_id, now=now)
    return count


@transaction.atomic
def follow_session(*, old_id: str, new_id: str) -> None:
    """
    Let what was registered in a session belong to the one that took its place: it is the same device.

    Transaction: joins the caller's, or opens its own. Idempotent.
    """
    Device.objects.filter(session_id=old_id).update(session_id=new_id)  # first, as in `forget_session`
    ReplyToken.objects.filter(session_id=old_id).update(session_id=new_id)


def prune_registration(*, device_id: UUID, registration_id: UUID, now: datetime) -> bool:
    """Drop the device, only if it has not registered again since `registration_id`. Returns whether it was dropped."""
    return bool(drop(Device.objects.filter(id=device_id, registration_id=registration_id), now=now))


def _check(*, kind: str, value: str, platform: str) -> None:
    if kind not in DeviceKind.values:
        raise UnableToRegisterDevice(f"kind: one of {', '.join(DeviceKind.values)} was expected")
    if platform not in Platform.values:
        raise UnableToRegisterDevice(f"platform: one of {', '.join(Platform.values)} was expected")
    if not 0 < len(value) <= 1024 or not value.isprintable():
        raise UnableToRegisterDevice("value: 1 to 1024 printable characters were expected")


def _view(device: Device) -> DeviceView:
    return DeviceView(
        id=device.id,
        kind=device.kind,
        platform=device.platform,
        registered_at=device.registered_at,
        last_seen_at=device.last_seen_at,
    )
