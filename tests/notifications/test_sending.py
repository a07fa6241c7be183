from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from notifications import service
from notifications.claiming import LEASE, claim
from notifications.last_look import MAX_ATTEMPTS
from notifications.models import Delivery, InboxItem, ReplyToken
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications.pushes import (
    ASK,
    COLLEAGUE,
    NOW,
    OTHER_WORKS,
    PEER,
    WORKS,
    asked,
    register,
    send,
    withdraw,
)

pytestmark = pytest.mark.django_db


class TestSendDelivery:
    def test_brings_the_ask_to_the_phone(self, firebase: FakeFcm) -> None:
        delivery = send(asked())

        assert delivery.state == "accepted"
        assert delivery.message_id == "projects/cuppa-test/messages/1"
        [received] = firebase.received
        assert received.address == "phone-1"
        assert received.message["data"]["ask_id"] == str(ASK)
        assert received.message["data"]["push_id"] == str(delivery.item_id)

    def test_lets_the_lock_screen_answer_with_a_token_that_is_stored_nowhere(self, firebase: FakeFcm) -> None:
        send(asked())

        token = firebase.received[0].message["data"]["reply_token"]
        assert service.read_token(token, now=NOW).ids["ask_id"] == str(ASK)
        stored = [repr(list(model.objects.values())) for model in (InboxItem, Delivery, ReplyToken)]
        assert token not in "".join(stored)

    def test_sends_the_same_token_again_when_the_first_try_failed(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.UNAVAILABLE)
        delivery = send(asked())

        send(delivery, NOW + timedelta(minutes=1))

        first, second = (received.message["data"]["reply_token"] for received in firebase.received)
        assert first == second

    def test_sends_nothing_the_second_time(self, firebase: FakeFcm) -> None:
        delivery = send(asked())

        send(delivery, NOW + timedelta(hours=1))

        assert len(firebase.received) == 1

    def test_sends_nothing_that_was_withdrawn(self, firebase: FakeFcm) -> None:
        delivery = asked()
        withdraw()

        send(delivery, NOW + timedelta(seconds=2))

        assert delivery.state == "cancelled"
        assert firebase.received == []

    def test_does_not_try_again_what_was_withdrawn_while_it_was_tried(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.UNAVAILABLE)
        delivery = asked()
        Delivery.objects.filter(pk=delivery.pk).update(state="sending", attempts=1, available_at=NOW + LEASE)
        withdraw()

        send(delivery, NOW + LEASE)

        assert (delivery.state, delivery.reason) == ("cancelled", "withdrawn")
        assert firebase.received == []

    def test_never_tells_the_next_person_who_signed_in_on_the_phone(self, firebase: FakeFcm) -> None:
        delivery = asked("shared-phone")
        register("shared-phone", person_id=COLLEAGUE)

        send(delivery)

        assert (delivery.state, delivery.reason) == ("cancelled", "device_gone")
        assert firebase.received == []

    def test_sends_nothing_after_sign_out(self, firebase: FakeFcm) -> None:
        delivery = asked()
        service.forget_session(session_id="petra-session", now=NOW)

        send(delivery)

        assert (delivery.state, delivery.reason) == ("cancelled", "device_gone")
        assert firebase.received == []

    def test_gives_up_what_is_too_old_to_matter(self, firebase: FakeFcm) -> None:
        delivery = asked(ttl_s=60)

        send(delivery, NOW + timedelta(seconds=60))

        assert (delivery.state, delivery.reason) == ("dead", "expired")
        assert firebase.received == []

    def test_tells_fcm_how_much_of_its_life_is_left(self, firebase: FakeFcm) -> None:
        delivery = asked(ttl_s=3600)

        send(delivery, NOW + timedelta(minutes=10))

        assert firebase.received[0].message["android"]["ttl"] == "3000s"

    def test_leaves_alone_what_another_sender_holds(self, firebase: FakeFcm) -> None:
        delivery = asked()
        claim(delivery_id=delivery.id, now=NOW)

        send(delivery, NOW + LEASE - timedelta(seconds=1))

        assert delivery.state == "sending"
        assert firebase.received == []

    def test_takes_over_from_a_sender_that_died_under_the_same_collapse_id(self, firebase: FakeFcm) -> None:
        delivery = send(asked())
        Delivery.objects.filter(pk=delivery.pk).update(state="sending", message_id="", ended_at=None)

        send(delivery, NOW + LEASE + timedelta(seconds=5))

        first, second = firebase.received
        assert (delivery.state, delivery.attempts) == ("accepted", 2)
        assert first.message["android"]["collapse_key"] == second.message["android"]["collapse_key"]
        assert first.message["data"]["push_id"] == second.message["data"]["push_id"]

    def test_gives_up_on_what_kills_its_senders(self, firebase: FakeFcm) -> None:
        delivery = asked()
        Delivery.objects.filter(pk=delivery.pk).update(state="sending", attempts=MAX_ATTEMPTS, available_at=NOW)

        send(delivery)

        assert (delivery.state, delivery.reason) == ("dead", "too_many_attempts")
        assert firebase.received == []

    def test_passes_over_a_delivery_that_does_not_exist(self, firebase: FakeFcm) -> None:
        service.send_delivery(delivery_id=OTHER_WORKS, now=NOW)

        assert firebase.received == []


class TestWithoutFirebase:
    def test_ends_in_the_log_without_address_or_token(
        self, no_firebase: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "notifications")

        delivery = send(asked("secret-address"))

        [record] = caplog.records
        assert delivery.state == "logged"
        assert "Olive asks: E4 on CHL-A" in record.getMessage()
        assert "secret-address" not in record.getMessage()

    def test_serves_the_inbox(self, no_firebase: None) -> None:
        send(asked())

        assert [entry.title for entry in service.list_inbox(organisation_id=WORKS, person_id=PEER).entries] == [
            "Olive asks: E4 on CHL-A"
        ]


@pytest.mark.django_db(transaction=True)
class TestSendersAtOnce:
    def test_send_a_delivery_once_when_eight_are_woken_for_it(self, firebase: FakeFcm) -> None:
        delivery = asked()

        def work(_: int) -> None:
            closing(lambda: service.send_delivery(delivery_id=delivery.id, now=NOW))

        with ThreadPoolExecutor(8) as senders:
            list(senders.map(work, range(8)))

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("accepted", 1)
        assert len(firebase.received) == 1

    def test_hold_no_transaction_while_fcm_thinks(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.silence(1.0))
        delivery = asked()
        sender = threading.Thread(
            target=closing, args=(lambda: service.send_delivery(delivery_id=delivery.id, now=NOW),)
        )

        sender.start()
        wait_until(lambda: bool(firebase.received))
        delivery.refresh_from_db()
        open_transactions = count_open_transactions()
        sender.join(10)

        assert (delivery.state, delivery.attempts) == ("sending", 1)  # committed before the work
        assert open_transactions == 0

    def test_refuse_to_send_inside_a_transaction(self, firebase: FakeFcm) -> None:
        delivery = asked()

        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            service.send_delivery(delivery_id=delivery.id, now=NOW)

        assert firebase.received == []


def closing(work: Callable[[], None]) -> None:
    """Do `work` and close the database connection that this thread opened for it."""
    try:
        work()
    finally:
        connection.close()


def wait_until(is_so: Callable[[], bool], within_s: float = 5) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"it did not happen within {within_s} s"
        time.sleep(0.01)


def count_open_transactions() -> int:
    """Return how many other connections to this database sit inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%%' AND pid <> pg_backend_pid()",
            [],
        )
        return int(cursor.fetchone()[0])
