"""FCM takes a push and the line is cut before it says so: nobody knows, so the same push goes out again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.embedded.local_fcm.page.phones import LockScreen, Phone, Phones, Push
from notifications import claiming, recording
from notifications.answers import Fault, Refused
from notifications.models import Delivery
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications.pushes import NOW, an_ask, asked, deliver, register, send, withdraw

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


@pytest.fixture(params=["android", "ios", "web"])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def phone_of_petra(firebase: FakeFcm, platform: str, shown: list[Push]) -> LockScreen:
    """Petra's phone, which gets what FCM takes, and notes whenever it rings."""

    def rings(_screen: LockScreen, push: Push) -> None:
        shown.append(push)

    phones = Phones([LockScreen(1, Phone("phone-1", platform, "Petra", "Technician"))], on_shown=rings)
    firebase.on_accepted = phones.receive
    register("phone-1", platform=platform)
    return phones.screens[0]


def identities(firebase: FakeFcm) -> set[tuple[str, ...]]:
    """Return by what the phone knows each push that came: its id, its place on the screen, and its reply token."""
    messages = [received.message for received in firebase.received]
    names = ("push_id", "collapse_id", "reply_token", "ask_id")
    return {tuple(message["data"][name] for name in names) for message in messages}


def places(firebase: FakeFcm) -> set[str]:
    """Return where Android, APNs and the browser put each push that came."""
    found = set()
    for received in firebase.received:
        match received.message:
            case {"apns": {"headers": headers}}:
                found.add(headers["apns-collapse-id"])
            case {"webpush": {"notification": notification}}:
                found.add(notification["tag"])
            case {"android": android}:
                found.add(android["collapse_key"])
    return found


class TestTakenAndReset:
    def test_is_sent_again_as_the_same_push_and_shown_once(self, firebase: FakeFcm, platform: str) -> None:
        shown: list[Push] = []
        screen = phone_of_petra(firebase, platform, shown)
        firebase.will_answer("phone-1", fake.RESET_AFTER_TAKING)
        [delivery] = deliver(an_ask())

        send(delivery)
        assert (delivery.state, delivery.reason, delivery.message_id) == ("requeued", "ambiguous", "")
        assert len(shown) == 1  # it had arrived
        send(delivery, delivery.available_at)

        assert (delivery.state, delivery.attempts, len(firebase.received)) == ("accepted", 2, 2)
        assert len(identities(firebase)) == 1
        assert len(places(firebase)) == 1
        assert (len(shown), len(screen.pushes)) == (1, 1)

    def test_is_repeated_by_libcurl_at_most_once_where_a_kept_connection_is_cut(self, firebase: FakeFcm) -> None:
        shown: list[Push] = []
        phone_of_petra(firebase, "android", shown)
        send(asked())  # leaves a connection open
        firebase.will_answer("phone-1", fake.RESET_AFTER_TAKING)
        [delivery] = deliver(an_ask(dedupe_key="ask-2"))

        send(delivery)
        if delivery.state == "requeued":
            send(delivery, delivery.available_at)

        repeats = [each for each in firebase.received if each.message["data"]["push_id"] == str(delivery.item_id)]
        assert delivery.state == "accepted"
        assert len(repeats) == 2
        assert repeats[0].message["data"] == repeats[1].message["data"]
        assert len(shown) == 2  # the two asks, each once

    def test_is_taken_off_the_screen_once_somebody_has_answered(self, firebase: FakeFcm) -> None:
        screen = phone_of_petra(firebase, "android", [])
        firebase.will_answer("phone-1", fake.RESET_AFTER_TAKING)
        [delivery] = deliver(an_ask())
        send(delivery)
        stood = len(screen.pushes)

        withdraw()
        send(delivery, delivery.available_at)
        send(the_retraction())

        assert (delivery.state, len(firebase.received)) == ("cancelled", 2)
        assert (stood, len(screen.pushes)) == (1, 0)

    def test_is_taken_off_the_screen_when_it_was_withdrawn_before_anybody_knew(self, firebase: FakeFcm) -> None:
        delivery = asked()
        phone_of_petra(firebase, "android", [])
        claim = claiming.claim(delivery_id=delivery.pk, now=NOW)
        assert claim is not None
        withdraw()
        at_once = retraction_count()

        recording.record(claim=claim, answer=Refused(Fault.AMBIGUOUS, "no answer"), now=LATER)

        assert (at_once, retraction_count()) == (0, 1)

    def test_is_taken_off_the_screen_when_its_sender_died(self, firebase: FakeFcm) -> None:
        delivery = asked()
        claiming.claim(delivery_id=delivery.pk, now=NOW)  # and is heard of no more
        withdraw()
        at_once = retraction_count()

        send(delivery, LATER)

        assert (delivery.state, delivery.may_have_arrived) == ("cancelled", True)
        assert (at_once, retraction_count()) == (0, 1)

    def test_is_taken_off_the_screen_when_a_second_attempt_was_refused(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.RESET_AFTER_TAKING, fake.invalid_argument("android.ttl"))
        delivery = send(asked())
        send(delivery, delivery.available_at)

        withdraw(LATER)

        assert (delivery.state, delivery.reason, retraction_count()) == ("dead", "bad_payload", 1)

    def test_leaves_the_screen_alone_when_fcm_had_said_that_it_did_not_take_it(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.UNAVAILABLE)
        delivery = send(asked())

        withdraw()
        send(delivery, delivery.available_at)

        assert (delivery.state, delivery.may_have_arrived, retraction_count()) == ("cancelled", False, 0)


def the_retraction() -> Delivery:
    return Delivery.objects.get(is_retraction=True)


def retraction_count() -> int:
    return Delivery.objects.filter(is_retraction=True).count()
