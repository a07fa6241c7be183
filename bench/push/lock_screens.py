"""Notifications on many phones, as replies to them need it: asked by the product's own operations, never sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle, islice
from uuid import UUID

from django.db import transaction

import backend.jobs.app  # noqa: F401 - wake-ups then go to the broker of the measurement
from api_schema.events import PushRequested
from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from api_schema.wire import from_wire
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Wave
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.waiting import fire_wave
from backend.outbox.models import OutboxEvent
from bench.push.crowd import gather
from notifications.delivering import deliver
from notifications.models import Delivery, Device
from notifications.reply_tokens import mint

_PEERS = 20


def notify(*, wave_count: int) -> list[list[str]]:
    """Ask so often, three people a wave; return their reply tokens, wave by wave."""
    crowd = gather(peer_count=_PEERS, asker_count=1)
    people = tenancy.within_organisation(crowd.organisation_id, Person)
    asker = people.get(name="Asker 0")
    assets = islice(cycle(crowd.asset_ids), wave_count)
    return [list(_tokens(asker, asset_id)) for asset_id in assets]


def _tokens(asker: Person, asset_id: UUID) -> Iterator[str]:
    now = datetime.now(tz=UTC)
    question = Question(asset_id=asset_id, title="Chiller will not start, display shows E4", fault_code="E4")
    thread = ask(actor=asker.actor, thread_id=uuid7(), question=question, now=now).thread
    first = tenancy.within(asker.actor, Wave).get(round__thread_id=thread.pk, number=1)
    fire_wave(organisation_id=asker.organisation_id, wave_id=first.pk, now=now)
    _deliver(thread.pk, now=now)
    for delivery in Delivery.objects.filter(item__subject_id=thread.pk, item__kind=PushKind.ASK):
        yield mint(delivery, Device.objects.get(pk=delivery.device_id), now=now)


def _deliver(thread_id: UUID, *, now: datetime) -> None:
    requested = OutboxEvent.objects.filter(name=PushRequested.NAME, payload__subject_id=str(thread_id))
    for event in requested.filter(payload__kind=PushKind.ASK):
        with transaction.atomic():
            deliver(push=from_wire(PushRequested, event.payload), now=now)
