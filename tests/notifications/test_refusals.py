from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notifications.answers import RULES, Fault, Refused, Verdict, wait_s
from notifications.channels import device_channel
from notifications.claiming import claim
from notifications.last_look import MAX_ATTEMPTS
from notifications.models import Delivery, Device, SendingPause
from notifications.recording import record
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm, Scripted
from tests.notifications.pushes import NOW, an_ask, asked, deliver, register, send, unread

pytestmark = pytest.mark.django_db


REFUSALS: dict[Fault, tuple[Scripted, ...]] = {
    Fault.UNREGISTERED: (fake.UNREGISTERED,),
    Fault.BAD_REGISTRATION: (fake.NOT_A_REGISTRATION,),
    Fault.SENDER_ID_MISMATCH: (fake.SENDER_ID_MISMATCH,),
    Fault.BAD_PAYLOAD: (fake.invalid_argument("android.ttl"),),
    Fault.QUOTA_EXCEEDED: (fake.quota_exceeded(None),),
    Fault.UNAVAILABLE: (fake.UNAVAILABLE,),
    Fault.AMBIGUOUS: (fake.RESET,),
    Fault.THIRD_PARTY_AUTH: (fake.THIRD_PARTY_AUTH,) * 3,
    Fault.CREDENTIALS: (fake.PERMISSION_DENIED,),
    Fault.UNKNOWN: (Scripted(418, "I am a teapot"),),
}


class TestRefusedDelivery:
    @pytest.mark.parametrize("fault", Fault)
    def test_follows_the_table_of_answers(
        self, firebase: FakeFcm, fault: Fault, caplog: pytest.LogCaptureFixture
    ) -> None:
        firebase.will_answer("phone-1", *REFUSALS[fault])

        delivery = send(asked())

        verdict = RULES[fault].verdict
        expected = {Verdict.PRUNE: "failed", Verdict.DEAD_LETTER: "dead"}.get(verdict, "requeued")
        alerted = [record for record in caplog.records if record.name == "notifications.alerts"]
        assert (delivery.state, delivery.reason) == (expected, fault)
        assert Device.objects.exists() is (verdict is not Verdict.PRUNE)
        assert bool(alerted) is (verdict in {Verdict.DEAD_LETTER, Verdict.ALERT})
        assert unread() == 1  # the inbox is the truth, whatever becomes of the push

    @pytest.mark.parametrize(
        ("scripted", "at_least_s"),
        [
            (fake.quota_exceeded("7"), 7),
            (fake.quota_exceeded(None), 60),
            (fake.unavailable_for(30), 30),
            (fake.UNAVAILABLE, 5),
            (fake.RESET, 2),
        ],
    )
    def test_waits_as_long_as_fcm_asks_and_a_little_more(
        self, firebase: FakeFcm, scripted: Scripted, at_least_s: int
    ) -> None:
        firebase.will_answer("phone-1", scripted)

        delivery = send(asked())

        waits = delivery.available_at - NOW
        assert timedelta(seconds=at_least_s) <= waits <= timedelta(seconds=at_least_s * 1.25 + 1)

    def test_sends_it_once_the_wait_is_over_and_not_before(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.unavailable_for(30))
        delivery = send(asked())

        send(delivery, NOW + timedelta(seconds=29))
        before = len(firebase.received)
        send(delivery, NOW + timedelta(seconds=60))

        assert before == 1
        assert (delivery.state, delivery.reason, len(firebase.received)) == ("accepted", "", 2)

    def test_waits_longer_after_every_attempt(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", *[fake.UNAVAILABLE] * 3)
        delivery, now, waits = asked(), NOW, []

        for _ in range(3):
            send(delivery, now)
            waits.append(round((delivery.available_at - now).total_seconds() / waits_unit(delivery)))
            now = delivery.available_at

        assert waits == [1, 2, 4]

    def test_outlasts_an_hour_of_a_service_that_is_down_and_says_in_a_second(self) -> None:
        said = Refused(Fault.UNAVAILABLE, "busy", retry_after_s=1)

        waits = [wait_s(said, attempts=attempt, jitter=0) for attempt in range(1, MAX_ATTEMPTS)]

        assert waits[:3] == [2, 4, 8]
        assert 3600 < sum(waits) < 2 * 3600

    def test_keeps_a_device_that_registered_again_while_it_was_being_sent_to(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.UNREGISTERED)
        delivery = asked()
        claimed = claim(delivery_id=delivery.id, now=NOW)
        assert claimed is not None
        register("phone-1")

        record_unregistered(claimed)

        delivery.refresh_from_db()
        assert delivery.state == "failed"
        assert Device.objects.filter(value="phone-1").exists()

    def test_alerts_when_many_devices_belong_to_another_sender(
        self, firebase: FakeFcm, caplog: pytest.LogCaptureFixture
    ) -> None:
        for number in range(5):
            register(f"phone-{number}")
            firebase.will_answer(f"phone-{number}", fake.SENDER_ID_MISMATCH)

        for delivery in deliver(an_ask()):
            send(delivery)

        alerts = [record.getMessage() for record in caplog.records if record.name == "notifications.alerts"]
        assert alerts == ["5 devices lost to sender_id_mismatch within an hour: does the key match the app?"]


def waits_unit(delivery: Delivery) -> float:
    """The first wait after UNAVAILABLE with this delivery's own jitter, in seconds."""
    return RULES[Fault.UNAVAILABLE].first_wait_s * (1 + (delivery.id.int & 0xFFFF) / 0xFFFF / 4)


def record_unregistered(claimed: Any) -> None:
    record(claim=claimed, answer=device_channel().send(claimed.push), now=NOW)


class TestPause:
    def test_holds_every_send_when_the_quota_is_used_up(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.quota_exceeded("40"))
        first = asked("phone-1")
        send(first)
        [second] = deliver(an_ask(dedupe_key="ask-2"))

        send(second, NOW + timedelta(seconds=10))

        assert (second.state, second.attempts) == ("requeued", 0)
        assert second.available_at >= NOW + timedelta(seconds=40)
        assert len(firebase.received) == 1

    def test_ends_by_itself(self, firebase: FakeFcm) -> None:
        SendingPause.objects.create(channel="fcm", until=NOW)

        assert send(asked()).state == "accepted"
