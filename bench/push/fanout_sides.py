"""Three ways to bring the same asks to the same FCM. Django must be set up before this is imported."""

from __future__ import annotations

import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import firebase_admin
from django.conf import settings
from firebase_admin import credentials, messaging

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.models import Person, Site
from backend.domain.accounts.operations import add_site, create_organisation
from notifications.answers import Accepted
from notifications.fcm import FcmChannel, _sdk_message
from notifications.models import Delivery, Device, InboxItem
from notifications.outgoing import Address, OutgoingPush
from notifications.payloads import fcm_message
from notifications.sending import send_deliveries
from notifications.waking import BATCH

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)  # a Monday, on shift
SENDER_THREADS = 4  # as `worker_concurrency` in backend/jobs/app.py
CHUNK = 500
_TITLE = "Olive asks: E4 on CHL-A"
_BODY = "You fixed E4 on an AC-350 twice. 3 were asked."


class Side(ABC):
    @abstractmethod
    def prepare(self, count: int) -> Callable[[], int]:
        """Return what sends `count` messages, and then tells how many were accepted."""


class CuppaSide(Side):
    """From delivery rows to delivery rows."""

    def __init__(self, key: Path, url: str) -> None:
        settings.FIREBASE_CREDENTIALS, settings.FCM_URL = str(key), url
        organisation = create_organisation(name="Bench", now=NOW)
        self._organisation_id = organisation.id
        self._site = add_site(organisation_id=organisation.id, name="Bench", time_zone="UTC")
        self._people: list[Person] = []
        self._senders = ThreadPoolExecutor(SENDER_THREADS)  # each keeps its connections, as a worker's do

    def prepare(self, count: int) -> Callable[[], int]:
        ids = _lay_deliveries(self._enough_people(count))

        def send() -> int:
            list(self._senders.map(lambda chunk: send_deliveries(delivery_ids=chunk, now=NOW), _chunks(ids, BATCH)))
            return Delivery.objects.filter(pk__in=ids, state="accepted").count()

        return send

    def _enough_people(self, count: int) -> list[Person]:
        more = [_person(self._site) for _ in range(count - len(self._people))]
        Person.objects.bulk_create(more)
        Device.objects.bulk_create([_device(person) for person in more])
        self._people += more
        return self._people[:count]


class BareSide(Side):
    """The same messages from memory, by the same way to FCM."""

    def __init__(self, key: Path, url: str) -> None:
        self._senders = ThreadPoolExecutor(SENDER_THREADS)
        self._channel = FcmChannel(credentials_path=str(key), url=url)

    def prepare(self, count: int) -> Callable[[], int]:
        pushes = {uuid7(): _push() for _ in range(count)}

        def send() -> int:
            chunks = [{key: pushes[key] for key in keys} for keys in _chunks(list(pushes))]
            return sum(self._senders.map(self._send, chunks))

        return send

    def _send(self, pushes: dict[UUID, OutgoingPush]) -> int:
        groups = self._channel.send_many(pushes, goes_on=lambda: True)
        return sum(isinstance(answer, Accepted) for group in groups for answer in group.values())


class SdkSide(Side):
    """firebase-admin as its users call it."""

    def __init__(self, key: Path, url: str) -> None:
        warnings.simplefilter("ignore", DeprecationWarning)  # it would rather be given installation ids
        messaging._MessagingService.FCM_URL = f"{url}/v1/projects/{{0}}/messages:send"  # noqa: SLF001
        self._app = firebase_admin.initialize_app(credentials.Certificate(str(key)), name="bench")
        # As many kept connections as it gives itself to Google's address, or it opens one for almost every message.
        client = messaging._get_messaging_service(self._app)._client  # noqa: SLF001
        client.session.mount(url, client.session.get_adapter("https://fcm.googleapis.com"))

    def prepare(self, count: int) -> Callable[[], int]:
        messages = [_sdk_message(fcm_message(_push())) for _ in range(count)]
        return lambda: sum(messaging.send_each(chunk, app=self._app).success_count for chunk in _chunks(messages))


def messages_a_second(side: Side, count: int) -> float:
    """Send `count` messages and return how many left in a second; every one must be accepted."""
    send = side.prepare(count)
    began = time.perf_counter()
    accepted = send()
    seconds = time.perf_counter() - began
    assert accepted == count, f"{count - accepted} of {count} were not accepted"
    return count / seconds


def _chunks(things: Sequence[Any], size: int = CHUNK) -> list[Sequence[Any]]:
    return [things[first : first + size] for first in range(0, len(things), size)]


def _person(site: Site) -> Person:
    return Person(
        organisation_id=site.organisation_id,
        site=site,
        email=f"{uuid7()}@bench.example",
        name="Petra Peer",
        job_title="Technician",
        role="technician",
        time_zone="UTC",
        password="!",  # noqa: S106  # nobody signs in
    )


def _device(person: Person) -> Device:
    return Device(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        session_id="bench",
        kind="token",
        value=f"{uuid7().hex * 5}",  # as long as FCM's are
        platform="android",
        registered_at=NOW,
        last_seen_at=NOW,
    )


def _lay_deliveries(people: Sequence[Person]) -> list[UUID]:
    """Write what `deliver` writes for an ask to each of them; return the ids of the deliveries."""
    thread_id = uuid7()
    devices = {device.person_id: device.pk for device in Device.objects.filter(person_id__in=[p.pk for p in people])}
    items = InboxItem.objects.bulk_create([_item(person, thread_id) for person in people])
    deliveries = [
        Delivery(
            item=item,
            device_id=devices[item.recipient_id],
            platform="android",
            state="created",
            created_at=NOW,
            available_at=NOW,
            woken_at=NOW,
        )
        for item in items
    ]
    return [delivery.pk for delivery in Delivery.objects.bulk_create(deliveries)]


def _item(person: Person, thread_id: UUID) -> InboxItem:
    return InboxItem(
        organisation_id=person.organisation_id,
        recipient_id=person.pk,
        dedupe_key=f"ask:{thread_id}",
        kind=PushKind.ASK,
        urgency=PushUrgency.NORMAL,
        subject_id=thread_id,
        title=_TITLE,
        body=_BODY,
        data={"ask_id": str(uuid7()), "thread_id": str(thread_id)},
        ttl_s=3600,
        version=1,
        requested_at=NOW,
        created_at=NOW,
    )


def _push() -> OutgoingPush:
    thread_id = uuid7()
    return OutgoingPush(
        push_id=uuid7(),
        kind=PushKind.ASK,
        urgency=PushUrgency.NORMAL,
        subject_id=thread_id,
        title=_TITLE,
        body=_BODY,
        ids={"ask_id": str(uuid7()), "thread_id": str(thread_id)},
        requested_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        ttl_s=3600,
        reply_token="r" * 43,
        address=Address("token", uuid7().hex * 5, "android"),
        version=1,
    )
