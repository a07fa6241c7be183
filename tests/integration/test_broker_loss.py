"""The broker only wakes: what it loses, repeats or forgets costs time, never an ask."""

from __future__ import annotations

import os
import signal
from datetime import time
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from kombu import Connection

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.people import set_availability
from backend.domain.equipment.models import Asset
from backend.domain.threads.operations import Question, ask
from backend.jobs.app import publish_events
from backend.outbox.models import OutboxEvent
from backend.outbox.relay import offer_due_events
from tests.integration.conftest import Start, wait_until


@pytest.fixture
def asked(transactional_db: None, owner: Person, colleague: Person, asset: Asset) -> None:
    """An ask is committed; its wave waits in the outbox."""
    now = timezone.now()
    set_availability(
        actor=colleague.actor, week_days=(1, 2, 3, 4, 5, 6, 7), shift_starts=time(0), shift_ends=time(23, 59, 59)
    )
    record_verified_fix(person_id=colleague.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=now)
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")
    ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now)


def flush_broker() -> None:
    with Connection(settings.BROKER_URL) as broker:
        channel: Any = broker.default_channel  # kombu's Redis channel
        channel.client.flushall()


def everything_handled() -> bool:
    return not OutboxEvent.objects.filter(handled_at=None).exists()


@pytest.mark.slow
class TestLosingTheBroker:
    def test_flushall_costs_latency_only(self, asked: None, start: Start) -> None:
        offered = offer_due_events(publish=publish_events, now=timezone.now())
        flush_broker()

        start("relay")
        start("worker")

        assert offered == 1
        wait_until(lambda: Ask.objects.count() == 1, within_s=30)
        wait_until(everything_handled, within_s=30)
        assert Ask.objects.count() == 1

    def test_a_killed_worker_leaves_the_work_to_the_next_one(self, asked: None, start: Start) -> None:
        first = start("worker")
        start("relay")
        wait_until(lambda: OutboxEvent.objects.filter(offers__gt=0).exists(), within_s=30)
        os.kill(first.pid, signal.SIGKILL)

        start("worker")

        wait_until(everything_handled, within_s=60)
        assert Ask.objects.count() == 1
