from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.signals import setup_logging, task_postrun
from django.db import connections, transaction
from django.utils import timezone

from notifications import service, tasks
from notifications.models import Delivery
from notifications.sending import WAKE_AGAIN_AFTER
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications.conftest import make_current
from tests.notifications.pushes import an_ask, deliver, deliveries, register, withdraw

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sender(push_queue: Celery) -> Iterator[None]:
    """A real Celery worker on the push queue of the real broker."""
    assert {tasks.send_deliveries.name, tasks.send_due_deliveries.name} <= set(push_queue.tasks)
    task_postrun.connect(close_connections)
    setup_logging.connect(leave_logging_alone)
    with start_worker(push_queue, pool="solo", queues=["push"], perform_ping_check=False, shutdown_timeout=30):
        yield
    setup_logging.disconnect(leave_logging_alone)
    task_postrun.disconnect(close_connections)


def close_connections(**_: object) -> None:
    """What Celery does for Django in a real worker process, which this one is not."""
    connections.close_all()


def queued(push_queue: Celery) -> int:
    with push_queue.connection_for_read() as broker:
        declared = broker.default_channel.queue_declare("push")  # type: ignore[attr-defined]
        return int(declared.message_count)


def wait_for_state(state: str) -> None:
    wait_until(lambda: [delivery.state for delivery in deliveries(an_ask())] == [state])


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen within 10 s"
        time.sleep(0.02)


def leave_logging_alone(**_: object) -> None:
    """Celery would raise the root logger's level for every test that follows."""


class TestWakeUp:
    def test_brings_a_committed_ask_to_the_phone(self, firebase: FakeFcm, sender: None) -> None:
        register("phone-1")
        now = timezone.now()

        deliver(an_ask(requested_at=now), now=now)

        wait_for_state("accepted")
        assert [received.address for received in firebase.received] == ["phone-1"]

    def test_does_not_come_when_the_transaction_is_rolled_back(self, push_queue: Celery) -> None:
        register("phone-1")

        with transaction.atomic():
            service.deliver(push=an_ask(), now=timezone.now())
            transaction.set_rollback(True)

        assert queued(push_queue) == 0

    def test_does_not_come_for_what_was_withdrawn_on_arrival(self, push_queue: Celery) -> None:
        register("phone-1")
        withdraw()

        deliver(an_ask())

        assert queued(push_queue) == 0

    def test_loses_nothing_but_time_when_the_broker_is_down(
        self, push_queue: Celery, caplog: pytest.LogCaptureFixture
    ) -> None:
        register("phone-1")
        without_broker = Celery("no broker", broker="redis://127.0.0.1:1/0")
        without_broker.conf.broker_transport_options = {"max_retries": 0}
        make_current(without_broker)

        deliver(an_ask())

        assert [delivery.state for delivery in deliveries(an_ask())] == ["created"]
        assert "the sweep will" in caplog.text


class TestSendDueDeliveries:
    def test_sends_what_a_lost_wake_up_left_behind(self, firebase: FakeFcm, push_queue: Celery, sender: None) -> None:
        register("phone-1")
        long_ago = timezone.now() - timedelta(minutes=1)
        deliver(an_ask(requested_at=long_ago), now=long_ago)
        wait_for_state("accepted")
        Delivery.objects.update(state="created", message_id="", ended_at=None, available_at=long_ago)

        tasks.send_due_deliveries.apply_async(queue="push")

        wait_for_state("accepted")
        assert len(firebase.received) == 2

    def test_sends_what_fcm_put_off_once_its_time_has_come(self, firebase: FakeFcm, sender: None) -> None:
        firebase.will_answer("phone-1", fake.RESET)
        register("phone-1")
        now = timezone.now()
        deliver(an_ask(requested_at=now), now=now)
        wait_for_state("requeued")

        wait_until(lambda: service.send_due_deliveries(now=timezone.now(), limit=10) == 1)

        wait_for_state("accepted")

    def test_wakes_for_a_lapsed_lease(self, push_queue: Celery) -> None:
        register("phone-1")
        now = timezone.now()
        deliver(an_ask(), now=now)
        Delivery.objects.update(state="sending", attempts=1, available_at=now + timedelta(seconds=20))

        early = service.send_due_deliveries(now=now + timedelta(seconds=19), limit=10)
        late = service.send_due_deliveries(now=now + timedelta(seconds=20), limit=10)

        assert (early, late) == (0, 1)

    def test_does_not_flood_the_queue_when_it_sweeps_often(self, push_queue: Celery) -> None:
        register("phone-1")
        now = timezone.now()
        deliver(an_ask(), now=now)
        before = queued(push_queue)

        woken = [service.send_due_deliveries(now=now + WAKE_AGAIN_AFTER, limit=10) for _ in range(3)]

        assert woken == [1, 0, 0]
        assert queued(push_queue) == before + 1

    def test_takes_the_oldest_first_and_no_more_than_it_may(self, push_queue: Celery) -> None:
        register("phone-1")
        now = timezone.now()
        for number in range(3):
            deliver(an_ask(dedupe_key=f"ask-{number}"), now=now - timedelta(minutes=number))

        woken = service.send_due_deliveries(now=now + timedelta(minutes=5), limit=2)

        unwoken = Delivery.objects.exclude(woken_at=now + timedelta(minutes=5)).get()
        assert woken == 2
        assert unwoken.item.dedupe_key == "ask-0"

    def test_leaves_alone_what_is_over(self, push_queue: Celery) -> None:
        register("phone-1")
        deliver(an_ask())
        withdraw()

        assert service.send_due_deliveries(now=timezone.now() + timedelta(days=1), limit=10) == 0
