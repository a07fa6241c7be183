from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from api_schema.push_payloads import PushKind
from notifications import service
from notifications.models import Delivery, InboxItem, SendingPause
from notifications.service import Choice, Hindrance, TellingMode, TestPush
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications import policies
from tests.notifications.pushes import COLLEAGUE, NOW, PEER, WORKS, an_ask, asked, deliver, register, send, withdraw

pytestmark = pytest.mark.django_db


def press(now: datetime = NOW) -> TestPush:
    return service.send_test_push(organisation_id=WORKS, person_id=PEER, now=now)


def look(now: datetime = NOW) -> TestPush:
    return service.find_test_push(organisation_id=WORKS, person_id=PEER, now=now)


def press_and_send() -> Delivery:
    """Petra has a phone and tests it; her test is sent at once."""
    register("phone-1")
    press()
    return send(Delivery.objects.get(item__kind=PushKind.TEST))


def problems(**policy: Any) -> tuple[str, ...]:
    with policies.changed(PEER, **policy):
        return look().obstacles.problems


class TestSendTestPush:
    def test_reaches_every_device_and_says_how_far_it_came(self, firebase: FakeFcm) -> None:
        register("phone-1")
        register("iphone-1", platform="ios")

        pressed = press()
        for delivery in Delivery.objects.all():
            send(delivery)

        assert pressed.sent_at == NOW
        assert {received.address for received in firebase.received} == {"phone-1", "iphone-1"}
        assert [told.state for told in look().deliveries] == ["accepted", "accepted"]

    def test_finds_nothing_in_the_way_when_nothing_is(self, firebase: FakeFcm) -> None:
        register("phone-1")

        pressed = press()

        assert pressed.obstacles.problems == ()
        assert [device.problem for device in pressed.obstacles.devices] == [None]

    def test_speaks_the_persons_language_whatever_asked_for_it(self, firebase: FakeFcm) -> None:
        register("phone-1")

        with policies.changed(PEER, language="de"):
            press()

        item = InboxItem.objects.get()
        assert (item.title, item.body) == ("Test von Cuppa", "Mitteilungen erreichen Sie hier.")

    def test_is_one_a_minute(self, firebase: FakeFcm) -> None:
        register("phone-1")
        press()

        with pytest.raises(service.TooSoon) as refused:
            press(NOW + timedelta(seconds=20))

        assert refused.value.wait_s == 40
        assert InboxItem.objects.count() == 1
        assert press(NOW + timedelta(seconds=60)).sent_at == NOW + timedelta(seconds=60)

    def test_reaches_nobody_else(self, firebase: FakeFcm) -> None:
        register("phone-1", person_id=COLLEAGUE)

        assert press().deliveries == ()


@pytest.mark.django_db(transaction=True)
class TestSendTestPushAtOnce:
    def test_sends_one_when_the_button_is_pressed_in_a_hurry(self, firebase: FakeFcm) -> None:
        register("phone-1")

        def press_elsewhere(_: int) -> None:
            try:
                press()
            except service.TooSoon:
                pass
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(press_elsewhere, range(8)))

        assert Delivery.objects.count() == 1


class TestObstacles:
    def test_are_none_of_a_reachable_person(self, firebase: FakeFcm) -> None:
        register("phone-1")

        assert problems() == ()

    def test_name_that_no_phone_is_registered(self, firebase: FakeFcm) -> None:
        assert problems() == (
            "No phone or browser of yours is registered. Open the app there and allow notifications.",
        )

    @pytest.mark.parametrize(
        ("hindrance", "because"),
        [
            (Hindrance.BUSY, "You said that you are busy"),
            (Hindrance.QUIET_HOURS, "These are your quiet hours"),
            (Hindrance.OFF_SHIFT, "You are off shift"),
            (None, "It is outside of your hours"),
        ],
    )
    def test_name_until_when_pushes_wait_by_the_persons_own_clock(
        self, firebase: FakeFcm, hindrance: Hindrance | None, because: str
    ) -> None:
        register("phone-1")

        found = problems(push_at=NOW + timedelta(hours=20), hindrance=hindrance, time_zone="Europe/Berlin")

        assert found == (f"{because}: a real push waits until Tuesday 24 November, 07:00.",)

    def test_are_said_with_their_dates_in_the_language_of_the_page(self, firebase: FakeFcm) -> None:
        with translation.override("de"):
            found = problems(push_at=NOW + timedelta(hours=20), time_zone="Europe/Berlin", language="en")

        assert found[0].startswith("Kein Telefon und kein Browser von Ihnen ist angemeldet.")
        assert found[1:] == (
            "Es ist außerhalb Ihrer Zeiten: Eine echte Mitteilung wartet bis Dienstag, 24. November, 07:00.",
        )

    def test_name_what_the_person_switched_off(self, firebase: FakeFcm) -> None:
        register("phone-1")
        choices = [Choice(PushKind.ASK, TellingMode.INBOX), Choice(PushKind.STILL_RUNNING, TellingMode.DIGEST)]
        service.set_choices(organisation_id=WORKS, person_id=PEER, choices=choices, now=NOW)

        assert problems() == ("You chose no push for: questions, whether a fix held.",)

    def test_name_that_no_push_service_is_set_up(self, no_firebase: None) -> None:
        send(asked())

        [problem] = problems()

        assert problem.startswith("No push service is set up at your Cuppa")

    def test_name_a_bad_key_without_telling_where_it_lies(self, settings: Settings, tmp_path: Path) -> None:
        settings.FIREBASE_CREDENTIALS = str(tmp_path / "missing.json")
        send(asked())

        [problem] = problems()

        assert problem.startswith("Cuppa's key for the push service is refused")
        assert str(tmp_path) not in problem

    def test_name_a_pause_of_the_push_service(self, firebase: FakeFcm) -> None:
        register("phone-1")
        SendingPause.objects.create(channel="fcm", until=NOW + timedelta(minutes=5))

        assert problems() == ("The push service asked for a pause: nothing is sent before Monday 23 November, 10:05.",)

    def test_name_what_went_wrong_on_a_phone_last(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", *[fake.THIRD_PARTY_AUTH] * 3)
        send(asked())

        [device] = press(NOW + timedelta(minutes=2)).obstacles.devices

        assert device.problem == "The key for this kind of phone does not work. The operator has been told."
        assert not device.is_forgotten

    def test_name_it_still_when_a_later_push_was_not_needed_or_its_time_is_over(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", *[fake.THIRD_PARTY_AUTH] * 3)
        test = press_and_send()
        [later] = deliver(an_ask())
        withdraw()
        send(later, NOW + timedelta(minutes=20))
        send(test, NOW + timedelta(minutes=20))

        [device] = look(NOW + timedelta(minutes=20)).obstacles.devices

        assert (test.state, later.state) == ("dead", "cancelled")
        assert device.problem == "The key for this kind of phone does not work. The operator has been told."

    def test_forget_a_fault_that_a_later_push_overcame(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.UNAVAILABLE)
        delivery = send(asked())
        send(delivery, NOW + timedelta(minutes=5))

        [device] = look().obstacles.devices

        assert device.problem is None

    def test_remember_a_phone_that_was_forgotten_and_why(self, firebase: FakeFcm) -> None:
        firebase.will_answer("phone-1", fake.UNREGISTERED)
        delivery = send(asked())

        [device] = look().obstacles.devices

        assert (device.device_id, device.platform, device.is_forgotten) == (delivery.device_id, "android", True)
        assert device.problem is not None
        assert device.problem.startswith("The app was removed from that phone")

    @pytest.mark.parametrize("count", [1, 20])
    def test_cost_the_same_for_one_phone_and_for_twenty(
        self, no_firebase: None, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(count):
            register(f"phone-{number}")
        press()

        with django_assert_num_queries(7):  # test, its deliveries, devices, last sent, pause, choices, last of each
            look()
