from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from notifications import service
from notifications.models import Delivery, InboxItem
from notifications.retracting import retract
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications.pushes import NOW, PEER, WORKS, an_ask, asked, deliver, register, send, withdraw
from tests.notifications.test_sending import closing, wait_until

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


def retractions() -> list[Delivery]:
    return list(Delivery.objects.filter(is_retraction=True).order_by("id"))


def send_all() -> None:
    service.send_deliveries(delivery_ids=[delivery.pk for delivery in retractions()], now=LATER)


def sent_to_every(platform_of: dict[str, str]) -> list[Delivery]:
    """Petra has these devices, and each has the ask."""
    for value, platform in platform_of.items():
        register(value, platform=platform)
    sent = deliver(an_ask())
    service.send_deliveries(delivery_ids=[delivery.pk for delivery in sent], now=NOW)
    return sent


def read(except_device: Delivery | None = None) -> int:
    """Petra reads everything, as `mark_read` does it; return from how many phones it is taken back."""
    entries = service.list_inbox(organisation_id=WORKS, person_id=PEER).entries
    ids = [entry.id for entry in entries]
    with transaction.atomic():
        InboxItem.objects.filter(pk__in=ids).update(read_at=LATER)
        return retract(item_ids=ids, now=LATER, except_device=except_device.device_id if except_device else None)


class TestRetract:
    def test_takes_a_withdrawn_ask_off_the_phone_under_the_same_collapse_id(self, firebase: FakeFcm) -> None:
        send(asked())

        withdraw(at=LATER)
        send_all()

        shown, taken_back = (received.message for received in firebase.received)
        assert taken_back["data"]["kind"] == "retract"
        assert taken_back["data"]["push_id"] == shown["data"]["push_id"]
        assert taken_back["android"]["collapse_key"] == shown["android"]["collapse_key"]
        assert "reply_token" not in taken_back["data"]

    def test_sends_nothing_for_what_never_left(self, firebase: FakeFcm) -> None:
        asked()

        withdraw(at=LATER)

        assert retractions() == []

    def test_sends_one_a_device_however_often_it_is_withdrawn(self, firebase: FakeFcm) -> None:
        send(asked())

        withdraw(at=LATER)
        withdraw(at=LATER)
        withdraw(at=LATER + timedelta(minutes=1))
        read()

        assert [delivery.state for delivery in retractions()] == ["created"]

    def test_reaches_a_browser_only_where_it_said_that_it_shows_what_is_taken_back(self, firebase: FakeFcm) -> None:
        sent = sent_to_every({"phone-1": "android", "iphone-1": "ios", "browser-1": "web", "browser-2": "web"})
        showing = next(each for each in sent if each.platform == "web")
        Delivery.objects.filter(pk=showing.pk).update(delivered_at=NOW)

        withdraw(at=LATER)

        assert sorted(delivery.platform for delivery in retractions()) == ["android", "ios", "web"]
        assert showing.device_id in {delivery.device_id for delivery in retractions()}
        send_all()
        assert [delivery.state for delivery in retractions()] == ["accepted"] * 3
        assert [set(taken["webpush"]) for sent in firebase.received[4:] if "webpush" in (taken := sent.message)] == [
            {"headers"}
        ]

    def test_leaves_the_phone_alone_on_which_it_was_read(self, firebase: FakeFcm) -> None:
        first, second = sent_to_every({"phone-1": "android", "iphone-1": "ios"})

        on_how_many = read(except_device=first)

        assert on_how_many == 1
        assert [delivery.device_id for delivery in retractions()] == [second.device_id]

    def test_leaves_the_phone_alone_on_which_it_was_opened(self, firebase: FakeFcm) -> None:
        delivery = send(asked())
        Delivery.objects.filter(pk=delivery.pk).update(opened_at=LATER)

        withdraw(at=LATER)

        assert retractions() == []

    def test_does_not_count_as_telling(self, firebase: FakeFcm) -> None:
        send(asked())

        withdraw(at=LATER)
        send_all()

        assert len(service.list_inbox(organisation_id=WORKS, person_id=PEER).entries) == 1

    def test_ends_with_the_time_of_what_it_takes_back(self, firebase: FakeFcm) -> None:
        send(asked(ttl_s=30))

        withdraw(at=LATER)
        send_all()

        assert [(delivery.state, delivery.reason) for delivery in retractions()] == [("dead", "expired")]
        assert len(firebase.received) == 1

    def test_does_not_take_away_what_was_asked_anew_meanwhile(self, firebase: FakeFcm) -> None:
        send(asked())
        withdraw(at=LATER)
        deliver(an_ask(dedupe_key="ask-2", requested_at=LATER), now=LATER)

        send_all()

        assert [(delivery.state, delivery.reason) for delivery in retractions()] == [("cancelled", "withdrawn")]
        assert len(firebase.received) == 1

    def test_is_not_sent_to_whoever_signed_in_on_the_phone_since(self, firebase: FakeFcm) -> None:
        send(asked())
        withdraw(at=LATER)
        service.forget_session(session_id="petra-session", now=LATER)

        send_all()

        assert [(delivery.state, delivery.reason) for delivery in retractions()] == [("cancelled", "device_gone")]


@pytest.mark.django_db(transaction=True)
class TestRetractWhatIsOnItsWay:
    def test_follows_the_push_that_was_withdrawn_while_fcm_thought(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.silence(0.5))
        delivery = asked()
        sender = threading.Thread(
            target=closing, args=(lambda: service.send_delivery(delivery_id=delivery.id, now=NOW),)
        )

        sender.start()
        wait_until(lambda: bool(firebase.received))
        withdraw(at=LATER)
        at_once = len(retractions())
        sender.join(10)

        assert (at_once, len(retractions())) == (0, 1)

    def test_waits_for_an_answer_that_is_being_written_down(self, firebase: FakeFcm) -> None:
        delivery = asked()
        Delivery.objects.filter(pk=delivery.pk).update(state="sending", attempts=1)

        def withdraw_elsewhere() -> None:
            try:
                withdraw(at=LATER)
            finally:
                connection.close()

        with transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(state="accepted", message_id="m", ended_at=NOW)
            withdrawing = threading.Thread(target=withdraw_elsewhere)
            withdrawing.start()
            withdrawing.join(0.3)
            is_waiting = withdrawing.is_alive()
        withdrawing.join(10)

        assert is_waiting
        assert len(retractions()) == 1
