"""
Devices that are gone: signed out, removed, no longer known to the push service, or somebody else's now.

Somebody may be waiting for what a push to this person was to bring about, and this package imports nothing of the
backend: so `settings.PUSH_DEVICES_LOST` names the function that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from notifications.models import Device

Losses = Callable[[Collection[tuple[UUID, UUID]], datetime], None]


@transaction.atomic
def drop(devices: QuerySet[Device], *, now: datetime) -> int:
    """
    Delete these devices, and tell the backend whose they were, as pairs of organisation and person. Return how many.

    Transaction: joins the caller's, or opens its own; what the backend makes of it belongs to it.
    """
    gone = list(devices.select_for_update().order_by("pk"))
    if not gone:
        return 0
    Device.objects.filter(pk__in=[device.pk for device in gone]).delete()
    tell_lost({owner_of(device) for device in gone}, now=now)
    return len(gone)


def tell_lost(owners: Collection[tuple[UUID, UUID]], *, now: datetime) -> None:
    """Tell the backend that these people, pairs of organisation and person, have a device less. Joins the caller's."""
    tell = cast(Losses, import_string(settings.PUSH_DEVICES_LOST))
    tell(owners, now)


def owner_of(device: Device) -> tuple[UUID, UUID]:
    return device.organisation_id, device.person_id
