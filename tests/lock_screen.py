"""A phone with a notification on its lock screen: what it holds, and what a person says from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from rest_framework.test import APIClient

import backend.jobs.app  # noqa: F401 - its broker is the tests' own: a wake-up does not wait for one that is not there
from api_schema.events import PushCancelled, PushRequested
from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from api_schema.wire import from_wire
from backend.domain.accounts.models import Person
from backend.outbox.models import OutboxEvent
from notifications import service
from notifications.models import Delivery, Device
from notifications.reply_tokens import mint
from tests import cast


def session_of(person: Person) -> str:
    """Return the name of the session in which `register_phone` signs the person in."""
    return f"session of {person.pk}"


def register_phone(person: Person, value: str = "", *, now: datetime = cast.NOW) -> Device:
    """Let the person be reached on one phone; on another one for another `value`."""
    view = service.register_device(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        session_id=session_of(person),
        kind="fid",
        value=value or f"phone of {person.pk}",
        platform="android",
        now=now,
    )
    return Device.objects.get(pk=view.id)


def deliver_pushes(*, now: datetime = cast.NOW) -> None:
    """Deliver everything that was requested so far, as the outbox would."""
    for event in OutboxEvent.objects.filter(name=PushRequested.NAME, handled_at=None).order_by("pk"):
        with transaction.atomic():
            service.deliver(push=from_wire(PushRequested, event.payload), now=now)


def take_back_pushes() -> None:
    """Cancel everything that was withdrawn so far, as the outbox would."""
    for event in OutboxEvent.objects.filter(name=PushCancelled.NAME, handled_at=None).order_by("pk"):
        with transaction.atomic():
            service.cancel(event=from_wire(PushCancelled, event.payload))


def token_on(phone: Device, kind: PushKind = PushKind.ASK, *, now: datetime = cast.NOW) -> str:
    """Return the reply token of the latest push of this kind that is for `phone`."""
    deliver_pushes(now=now)
    delivery = Delivery.objects.filter(device_id=phone.pk, item__kind=kind).order_by("-pk")[0]
    return mint(delivery, phone, now=now)


def token_of(person: Person, kind: PushKind = PushKind.ASK, *, now: datetime = cast.NOW) -> str:
    """Return the reply token of the latest push of this kind on the person's one phone."""
    return token_on(register_phone(person), kind, now=now)


def a_reply(token: str, action: str, **more: object) -> dict[str, Any]:
    """Return the body of a reply, under a new id."""
    return {"id": str(uuid7()), "token": token, "action": action, **more}


def lock_screen() -> APIClient:
    """Return a client that is signed in as nobody."""
    return APIClient()
