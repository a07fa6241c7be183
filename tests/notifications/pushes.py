"""What the tests of push are about: a small cast by their ids, and short ways to say common things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind
from notifications import service
from notifications.models import Delivery

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
_NAMES = UUID("5e6a2a64-5d7c-4f0e-9a57-6c1f0a5b7c11")


def id_of(name: str) -> UUID:
    """Return always the same id for the same name."""
    return uuid5(_NAMES, name)


WORKS = id_of("the works")
OTHER_WORKS = id_of("the other works")
PEER = id_of("Petra Peer")
COLLEAGUE = id_of("Colin Colleague")
OUTSIDER = id_of("Otto Outsider")
THREAD = id_of("the chiller that will not start")
ASK = id_of("the ask to Petra")


def register(value: str = "phone-1", **changes: Any) -> service.DeviceView:
    """Petra's Android phone, unless told otherwise."""
    facts: dict[str, Any] = {
        "organisation_id": WORKS,
        "person_id": PEER,
        "session_id": "petra-session",
        "kind": "token",
        "platform": "android",
        "now": NOW,
    }
    return service.register_device(value=value, **facts | changes)


def an_ask(**changes: Any) -> PushRequested:
    """Petra is asked about the chiller."""
    facts: dict[str, Any] = {
        "organisation_id": WORKS,
        "recipient_id": PEER,
        "kind": PushKind.ASK,
        "subject_id": THREAD,
        "dedupe_key": "ask-1",
        "title": "Olive asks: E4 on CHL-A",
        "body": "You fixed E4 on an AC-350 twice. 3 were asked.",
        "requested_at": NOW,
        "data": {"ask_id": str(ASK), "thread_id": str(THREAD)},
    }
    return PushRequested(**facts | changes)


def deliver(push: PushRequested, now: datetime = NOW) -> list[Delivery]:
    """Deliver as the outbox handler does, in a transaction; return the deliveries of the item."""
    with transaction.atomic():
        service.deliver(push=push, now=now)
    return deliveries(push)


def asked(value: str = "phone-1", **changes: Any) -> Delivery:
    """Petra has a phone and is asked; the delivery waits."""
    register(value)
    [delivery] = deliver(an_ask(**changes))
    return delivery


def send(delivery: Delivery, now: datetime = NOW) -> Delivery:
    service.send_delivery(delivery_id=delivery.id, now=now)
    delivery.refresh_from_db()
    return delivery


def deliveries(push: PushRequested) -> list[Delivery]:
    return list(
        Delivery.objects.filter(item__recipient_id=push.recipient_id, item__dedupe_key=push.dedupe_key).order_by("id")
    )


def withdraw(at: datetime = NOW + timedelta(seconds=1), **changes: Any) -> None:
    """Cancel every ask about the chiller, as the outbox handler does."""
    facts: dict[str, Any] = {"organisation_id": WORKS, "kind": PushKind.ASK, "subject_id": THREAD, "cancelled_at": at}
    with transaction.atomic():
        service.cancel(event=PushCancelled(**facts | changes))


def unread(person_id: UUID = PEER, organisation_id: UUID = WORKS) -> int:
    return service.unread_count(organisation_id=organisation_id, person_id=person_id)
