from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api_schema.push_payloads import PushKind
from notifications import fcm, service
from notifications.answers import Accepted
from notifications.claiming import claim_all
from notifications.last_look import MAX_ATTEMPTS
from notifications.models import Delivery, SendingPause
from notifications.outgoing import OutgoingPush
from notifications.payloads import Json, fcm_message
from notifications.recording import record
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications import policies
from tests.notifications.pushes import NOW, PEER, an_ask, asked, deliver, register, send
from tests.notifications.test_sending import closing

pytestmark = pytest.mark.django_db


def many(count: int) -> list[UUID]:
    """Petra has this many phones, and is asked; the deliveries wait."""
    for number in range(count):
        register(f"phone-{number}")
    return [delivery.pk for delivery in deliver(an_ask())]


def states() -> dict[str, int]:
    found = Delivery.objects.filter(is_retraction=False).values_list("state", flat=True)
    return {state: list(found).count(state) for state in set(found)}


class TestSendDeliveries:
    def test_brings_every_push_of_a_batch_to_its_phone_once(self, firebase: FakeFcm) -> None:
        ids = many(120)

        service.send_deliveries(delivery_ids=ids, now=NOW)

        assert states() == {"accepted": 120}
        assert sorted(received.address for received in firebase.received) == sorted(f"phone-{n}" for n in range(120))

    def test_has_many_on_the_way_at_once(self, firebase: FakeFcm) -> None:
        ids = many(20)
        for number in range(20):
            firebase.will_answer(f"phone-{number}", fake.silence(0.5))

        began = time.monotonic()
        service.send_deliveries(delivery_ids=ids, now=NOW)

        assert states() == {"accepted": 20}
        assert time.monotonic() - began < 5  # one after the other: 10 s

    def test_claims_with_as_many_statements_for_twenty_as_for_one(self, firebase: FakeFcm) -> None:
        ids = many(21)

        with CaptureQueriesContext(connection) as for_one:
            claim_all(delivery_ids=ids[:1], channel="fcm", now=NOW)
        with CaptureQueriesContext(connection) as for_twenty:
            claim_all(delivery_ids=ids[1:], channel="fcm", now=NOW)

        assert len(for_one) == len(for_twenty)

    def test_lets_no_refusal_stop_the_others(self, firebase: FakeFcm) -> None:
        ids = many(4)
        firebase.will_answer("phone-0", fake.UNREGISTERED)
        firebase.will_answer("phone-1", fake.UNAVAILABLE)
        firebase.will_answer("phone-2", fake.invalid_argument("android.ttl"))

        service.send_deliveries(delivery_ids=ids, now=NOW)

        assert states() == {"failed": 1, "requeued": 1, "dead": 1, "accepted": 1}

    def test_lets_no_push_that_cannot_be_built_stop_the_others(
        self, firebase: FakeFcm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ids = many(3)
        build = fcm_message
        broken = ["phone-1"]

        def build_or_fail(push: OutgoingPush) -> Json:
            if push.address.value in broken:
                raise KeyError("no such part")
            return build(push)

        monkeypatch.setattr(fcm, "fcm_message", build_or_fail)

        service.send_deliveries(delivery_ids=ids, now=NOW)

        assert states() == {"accepted": 2, "dead": 1}

    def test_stops_when_fcm_asks_for_a_pause_and_charges_no_attempt_for_the_rest(
        self, firebase: FakeFcm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("notifications.bounded_http.AT_ONCE", 1)
        ids = many(10)
        for number in range(10):
            firebase.will_answer(f"phone-{number}", fake.quota_exceeded("40"))

        service.send_deliveries(delivery_ids=ids, now=NOW)

        assert len(firebase.received) <= 2  # the one that was told, and at most one that had started
        assert states() == {"requeued": 10}
        assert Delivery.objects.filter(attempts=0).count() == 10 - len(firebase.received)
        assert SendingPause.objects.get().until >= NOW + timedelta(seconds=40)

    def test_gives_back_what_could_not_start_in_time(self, firebase: FakeFcm, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("notifications.bounded_http.AT_ONCE", 1)
        monkeypatch.setattr(fcm, "STARTS_WITHIN_S", 0.3)
        ids = many(3)
        for number in range(3):
            firebase.will_answer(f"phone-{number}", fake.silence(0.5))

        service.send_deliveries(delivery_ids=ids, now=NOW)

        assert states() == {"accepted": 1, "requeued": 2}
        assert list(Delivery.objects.filter(state="requeued").values_list("attempts", flat=True)) == [0, 0]

    def test_renews_an_access_token_that_fcm_has_forgotten(self, firebase: FakeFcm) -> None:
        send(asked("phone-1"))
        unknown = fake.Scripted(401, {"error": {"code": 401, "status": "UNAUTHENTICATED", "message": "who are you?"}})
        firebase.will_answer("phone-1", unknown)
        [delivery] = deliver(an_ask(dedupe_key="ask-2"))

        send(delivery)

        assert (delivery.state, delivery.attempts) == ("accepted", 1)
        assert firebase.token_requests == 2

    def test_puts_off_what_its_person_may_not_hear_yet(self, firebase: FakeFcm) -> None:
        delivery = asked()
        tomorrow = NOW + timedelta(hours=10)

        with policies.changed(PEER, push_at=tomorrow):
            send(delivery)

        assert (delivery.state, delivery.available_at, delivery.attempts) == ("requeued", tomorrow, 0)
        assert firebase.received == []

    def test_tells_on_monday_what_the_end_of_the_week_held_back(self, firebase: FakeFcm) -> None:
        asks = many(2)
        claims = [delivery.pk for delivery in deliver(an_ask(dedupe_key="claimed-1", kind=PushKind.CLAIMED))]
        monday = NOW + timedelta(days=3)

        with policies.changed(PEER, push_at=monday):
            service.send_deliveries(delivery_ids=[*asks, *claims], now=NOW)
        service.send_deliveries(delivery_ids=[*asks, *claims], now=monday)

        assert [received.message["data"]["kind"] for received in firebase.accepted] == ["ask", "ask"]
        assert {received.message["android"]["ttl"] for received in firebase.accepted} == {"86400s"}
        assert states() == {"accepted": 2, "dead": 2}  # nobody holds that claim any more

    def test_tells_nobody_who_was_removed(self, firebase: FakeFcm) -> None:
        delivery = asked()

        with policies.gone(PEER):
            send(delivery)

        assert (delivery.state, delivery.reason) == ("cancelled", "person_gone")
        assert firebase.received == []

    def test_keeps_addresses_and_tokens_out_of_what_it_records_and_alerts(
        self, firebase: FakeFcm, caplog: pytest.LogCaptureFixture
    ) -> None:
        firebase.will_answer("secret-address", fake.invalid_argument('Invalid value at token: "secret-address"'))

        delivery = send(asked("secret-address"))

        assert delivery.state == "dead"
        assert "secret-address" not in delivery.detail + caplog.text

    def test_alerts_once_for_a_batch(self, firebase: FakeFcm, caplog: pytest.LogCaptureFixture) -> None:
        ids = many(5)
        for number in range(5):
            firebase.will_answer(f"phone-{number}", fake.PERMISSION_DENIED)

        service.send_deliveries(delivery_ids=ids, now=NOW)

        alerts = [each.getMessage() for each in caplog.records if each.name == "notifications.alerts"]
        assert len(alerts) < 5
        assert "more" in alerts[0] or len(alerts) > 1

    def test_ignores_an_answer_that_comes_after_the_lease_lapsed(self, firebase: FakeFcm) -> None:
        delivery = asked()
        [late] = claim_all(delivery_ids=[delivery.pk], channel="fcm", now=NOW)
        [newer] = claim_all(delivery_ids=[delivery.pk], channel="fcm", now=NOW + timedelta(minutes=1))

        record(claim=late, answer=Accepted("late"), now=NOW + timedelta(minutes=2))

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, newer.attempt) == ("sending", 2, 2)
        assert newer.attempt < MAX_ATTEMPTS


@pytest.mark.django_db(transaction=True)
class TestSendersOfTheSameBatch:
    def test_send_each_push_once_when_woken_twice_at_once(self, firebase: FakeFcm) -> None:
        ids = many(40)
        barrier = threading.Barrier(4)

        def work(_: int) -> None:
            def send_all() -> None:
                barrier.wait()
                service.send_deliveries(delivery_ids=ids, now=NOW)

            closing(send_all)

        with ThreadPoolExecutor(4) as senders:
            list(senders.map(work, range(4)))

        assert states() == {"accepted": 40}
        assert len(firebase.received) == 40
