from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from api_schema.events import EVENTS, AttemptLeft, MediaJobQueued, PushRequested, WaveDue
from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import object_store
from backend.outbox import handle, routes
from backend.outbox.append import NotInATransaction, append, append_all
from backend.outbox.handle import handle_event, handle_events, purge_handled_events
from backend.outbox.models import OutboxEvent
from backend.outbox.relay import offer_due_events, repeat_after
from notifications.models import InboxItem
from tests.serving import database_url

Published = list[tuple[str, list[int]]]


def an_event() -> WaveDue:
    return WaveDue(organisation_id=uuid7(), wave_id=uuid7())


def a_push(**facts: Any) -> PushRequested:
    asked: dict[str, Any] = {
        "organisation_id": uuid7(),
        "recipient_id": uuid7(),
        "kind": PushKind.ANSWER,
        "subject_id": uuid7(),
        "dedupe_key": f"test:{uuid7()}",
        "title": "An answer",
        "body": "Bleed the air.",
        "requested_at": datetime(2026, 3, 2, tzinfo=UTC),
        "data": {},
    }
    return PushRequested(**asked | facts)


@pytest.fixture
def published() -> Published:
    return []


class TestRoutes:
    def test_every_event_has_a_route_to_a_handler_that_exists(self) -> None:
        from django.utils.module_loading import import_string

        assert set(routes.ROUTES) == set(EVENTS)
        for name, route in routes.ROUTES.items():
            assert callable(import_string(route.handler)), name
            assert route.queue in {"jobs", "push"}


class TestAppend:
    @pytest.mark.django_db(transaction=True)
    def test_refuses_to_tell_of_a_fact_outside_a_transaction(self, now: datetime) -> None:
        with pytest.raises(NotInATransaction):
            append(an_event(), now=now)

    @pytest.mark.django_db(transaction=True)
    def test_a_rolled_back_fact_is_never_told(self, now: datetime) -> None:
        def tell_and_fail() -> None:
            with transaction.atomic():
                append(an_event(), now=now)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            tell_and_fail()

        assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db
class TestOfferDueEvents:
    def test_offers_on_the_route_of_the_event_and_puts_the_next_offer_off(
        self, now: datetime, published: Published
    ) -> None:
        append(an_event(), now=now)

        offered = offer_due_events(publish=lambda *message: published.append(message), now=now)

        event = OutboxEvent.objects.get()
        assert (offered, published) == (1, [("jobs", [event.pk])])
        assert event.offer_at == now + timedelta(seconds=5)

    def test_offers_again_what_nobody_handled(self, now: datetime, published: Published) -> None:
        append(an_event(), now=now)
        for seconds in (0, 4, 5, 14, 15):
            offer_due_events(publish=lambda *message: published.append(message), now=now + timedelta(seconds=seconds))

        assert len(published) == 3  # at once, after 5 s, after 10 s more

    def test_loses_nothing_when_the_broker_is_down(self, now: datetime) -> None:
        append(an_event(), now=now)

        def refuse(_queue: str, _event_ids: list[int]) -> None:
            raise OperationalError("connection refused")

        with pytest.raises(OperationalError):
            offer_due_events(publish=refuse, now=now)

        assert OutboxEvent.objects.get().offer_at == now

    def test_events_whose_handler_takes_many_go_in_one_message(self, now: datetime, published: Published) -> None:
        append_all([a_push(), an_event(), a_push()], now=now)

        offer_due_events(publish=lambda *message: published.append(message), now=now)

        first, wave, second = OutboxEvent.objects.order_by("pk").values_list("pk", flat=True)
        assert published == [("push", [first, second]), ("jobs", [wave])]

    def test_waits_longer_each_time_up_to_five_minutes(self) -> None:
        waits = [repeat_after(times).total_seconds() for times in (1, 2, 3, 7, 8, 1000)]

        assert waits == [5, 10, 20, 300, 300, 300]

    def test_what_the_broker_lost_again_and_again_is_offered_every_minute(
        self, now: datetime, published: Published
    ) -> None:
        append(an_event(), now=now)
        OutboxEvent.objects.update(offers=9)

        offer_due_events(publish=lambda *message: published.append(message), now=now)

        assert OutboxEvent.objects.get().offer_at == now + timedelta(minutes=1)


@pytest.mark.django_db
class TestHandleEvents:
    def test_handles_in_one_transaction_what_was_offered_together(self, now: datetime) -> None:
        append_all([a_push(), a_push()], now=now)
        event_ids = list(OutboxEvent.objects.values_list("pk", flat=True))

        ran = [handle_events(event_ids=event_ids, now=now) for _ in range(2)]

        assert (ran, InboxItem.objects.count()) == ([2, 0], 2)

    def test_one_that_cannot_be_handled_holds_up_none_of_the_others(self, now: datetime) -> None:
        append_all([a_push(), a_push(data={"name": "no id"}), a_push()], now=now)
        event_ids = list(OutboxEvent.objects.order_by("pk").values_list("pk", flat=True))

        with pytest.raises(ExceptionGroup, match="1 of 3"):
            handle_events(event_ids=event_ids, now=now)

        failed = OutboxEvent.objects.get(handled_at=None)
        assert (failed.pk, failed.failures, InboxItem.objects.count()) == (event_ids[1], 1, 2)


class Handled:
    """A handler that counts, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.seen: list[UUID] = []
        self.failures_left = 0

    def __call__(self, event: WaveDue, *, now: datetime) -> None:
        self.seen.append(event.wave_id)
        if self.failures_left:
            self.failures_left -= 1
            raise RuntimeError("not today")


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Handled:
    counting = Handled()
    monkeypatch.setattr(handle, "import_string", lambda _path: counting)
    return counting


@pytest.fixture
def event(now: datetime, db: None) -> OutboxEvent:
    append(an_event(), now=now)
    return OutboxEvent.objects.get()


class TestHandleEvent:
    def test_handles_once_however_often_it_is_delivered(
        self, event: OutboxEvent, handler: Handled, now: datetime
    ) -> None:
        ran = [handle_event(event_id=event.pk, now=now) for _ in range(3)]

        assert (ran, len(handler.seen)) == ([True, False, False], 1)

    def test_a_failure_is_kept_and_tried_again_later(self, event: OutboxEvent, handler: Handled, now: datetime) -> None:
        handler.failures_left = 1
        with pytest.raises(RuntimeError):
            handle_event(event_id=event.pk, now=now)

        event.refresh_from_db()
        assert (event.failures, event.last_error, event.handled_at) == (1, "RuntimeError: not today", None)
        assert handle_event(event_id=event.pk, now=now) is True

    def test_is_given_up_with_its_reason_after_twenty_five_failures(
        self, event: OutboxEvent, handler: Handled, now: datetime
    ) -> None:
        handler.failures_left = 25
        for _ in range(25):
            with pytest.raises(RuntimeError):
                handle_event(event_id=event.pk, now=now)

        event.refresh_from_db()
        assert event.dead_at == now
        assert handle_event(event_id=event.pk, now=now) is False

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_run_it_once(self, now: datetime, handler: Handled, transactional_db: None) -> None:
        with transaction.atomic():
            append(an_event(), now=now)
        event_id = OutboxEvent.objects.get().pk
        results: list[bool] = []

        def work() -> None:
            results.append(handle_event(event_id=event_id, now=now))
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(results) == [False, False, False, True]
        assert len(handler.seen) == 1

    @pytest.mark.django_db(transaction=True)
    def test_runs_in_a_worker_that_is_quicker_than_the_relays_commit(
        self, now: datetime, handler: Handled, transactional_db: None
    ) -> None:
        with transaction.atomic():
            append(an_event(), now=now)
        results: list[bool] = []
        workers: list[threading.Thread] = []

        def work(event_id: int) -> None:
            results.append(handle_event(event_id=event_id, now=now))
            connection.close()

        def publish(_queue: str, event_ids: list[int]) -> None:
            workers.append(threading.Thread(target=work, args=event_ids))
            workers[0].start()
            workers[0].join(timeout=0.3)  # the relay commits only after this

        offer_due_events(publish=publish, now=now)
        workers[0].join()

        assert results == [True]

    def test_old_handled_events_are_purged_and_unhandled_ones_kept(
        self, event: OutboxEvent, handler: Handled, now: datetime
    ) -> None:
        handle_event(event_id=event.pk, now=now)
        append(an_event(), now=now)

        assert purge_handled_events(now=now + timedelta(days=15)) == 1
        assert OutboxEvent.objects.get().name == "wave.due"


class TestAHandlerThatWaitsForOthers:
    @pytest.fixture
    def left_behind(self, now: datetime, transactional_db: None) -> tuple[OutboxEvent, list[Path]]:
        """Three objects of an attempt that came to nothing, and the event that has them removed."""
        store = object_store()
        assert isinstance(store, LocalStore)
        organisation_id, clip_id = uuid7(), uuid7()
        prefix = f"{organisation_id}/clips/{clip_id}/render/0123/"
        left = [store.path_of(f"{prefix}{number}.m4s") for number in range(3)]
        for path in left:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"take one")
        with transaction.atomic():
            append(AttemptLeft(organisation_id=organisation_id, clip_id=clip_id, prefix=prefix), now=now)
        return OutboxEvent.objects.get(), left

    @pytest.mark.django_db(transaction=True)
    def test_runs_in_no_transaction_and_is_marked_afterwards(
        self, monkeypatch: pytest.MonkeyPatch, now: datetime
    ) -> None:
        with transaction.atomic():
            append(MediaJobQueued(job_id=uuid7()), now=now)
        event = OutboxEvent.objects.get()
        seen: list[tuple[bool, object]] = []

        def look(_event: object, *, now: datetime) -> None:
            seen.append((connection.in_atomic_block, OutboxEvent.objects.get().handled_at))

        monkeypatch.setattr(handle, "import_string", lambda _path: look)

        ran = [handle_event(event_id=event.pk, now=now) for _ in range(2)]

        assert (ran, seen) == ([True, False], [(False, None)])
        assert OutboxEvent.objects.get().handled_at == now

    def test_that_is_killed_in_the_middle_runs_again_and_ends_its_work(
        self, left_behind: tuple[OutboxEvent, list[Path]], now: datetime
    ) -> None:
        event, left = left_behind

        status = _handle_in_a_process_that_dies_at_its_second_object(event)
        after_the_kill = [path.exists() for path in left]
        event.refresh_from_db()
        was_marked = event.handled_at is not None
        ran = handle_event(event_id=event.pk, now=now)

        assert (status, after_the_kill.count(True), was_marked) == (-signal.SIGKILL, 2, False)
        assert (ran, [path for path in left if path.exists()]) == (True, [])


_DIES_AT_ITS_SECOND_OBJECT = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from backend.integrations.local_store import LocalStore
from backend.outbox.handle import handle_event

delete, deleted = LocalStore.delete, []

def delete_once(store, key):
    if deleted:
        os.kill(os.getpid(), signal.SIGKILL)
    delete(store, key)
    deleted.append(key)

LocalStore.delete = delete_once
handle_event(event_id=int(sys.argv[1]), now=timezone.now())
"""


def _handle_in_a_process_that_dies_at_its_second_object(event: OutboxEvent) -> int:
    """Return the exit status."""
    command = [sys.executable, "-c", _DIES_AT_ITS_SECOND_OBJECT, str(event.pk)]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    return subprocess.run(command, env=environment, timeout=60, check=False).returncode
