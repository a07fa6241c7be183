"""What stands on a lock screen after what FCM was sent."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from api_schema.push_payloads import ACTIONS, RETRACT, PushKind
from backend.embedded.local_fcm.messages import Received
from backend.embedded.local_fcm.page.drawing import draw
from backend.embedded.local_fcm.page.phones import LockScreen, Phone, Phones, Push
from tests.embedded.local_fcm.messages import ask, ask_data, ask_in_browser, ask_on_iphone

_numbers = count(1)


def received(message: dict[str, Any]) -> Received:
    return Received(message, 900, 200, next(_numbers), datetime.now(UTC))


@pytest.fixture
def phones() -> Phones:
    return Phones.of([Phone("phone-1", "android", "Petra Peer", "Technician")])


@pytest.fixture
def screen(phones: Phones) -> LockScreen:
    return phones.screens[0]


def ids_on(screen: LockScreen) -> list[str]:
    return [push.drawn.push_id for push in screen.pushes]


class TestLockScreen:
    def test_shows_the_newest_first(self, phones: Phones, screen: LockScreen) -> None:
        for push in ("push-1", "push-2"):
            phones.receive(received(ask(push, collapse_id=push)))

        assert ids_on(screen) == ["push-2", "push-1"]

    def test_shows_the_newer_in_the_place_of_what_it_collapses_with(self, phones: Phones, screen: LockScreen) -> None:
        for push in ("push-1", "push-2"):
            phones.receive(received(ask(push)))

        assert ids_on(screen) == ["push-2"]

    def test_shows_a_repeat_once_and_acts_on_it_once(self, phones: Phones, screen: LockScreen) -> None:
        shown: list[Push] = []
        phones.on_shown = lambda _screen, push: shown.append(push)

        for _ in range(2):
            phones.receive(received(ask()))

        assert ids_on(screen) == ["push-1"]
        assert len(shown) == 1

    def test_lets_a_retracted_push_vanish_and_no_other(self, phones: Phones, screen: LockScreen) -> None:
        for push in ("push-1", "push-2"):
            phones.receive(received(ask(push, collapse_id=push)))

        phones.receive(received({"token": "phone-1", "data": {"kind": RETRACT, "push_id": "push-1"}}))

        assert ids_on(screen) == ["push-2"]

    @pytest.mark.parametrize("message", [ask(address="somebody-elses"), {"token": "phone-1", "data": {"kind": "spam"}}])
    def test_shows_nothing_that_is_not_for_it(
        self, phones: Phones, screen: LockScreen, message: dict[str, Any]
    ) -> None:
        phones.receive(received(message))

        assert screen.pushes == []

    def test_holds_the_last_twenty(self, phones: Phones, screen: LockScreen) -> None:
        for number in range(25):
            phones.receive(received(ask(f"push-{number}", collapse_id=str(number))))

        assert len(screen.pushes) == 20


class TestDraw:
    def test_draws_on_android_what_the_app_was_told(self) -> None:
        drawn = draw(ask())

        assert drawn is not None
        assert (drawn.title, drawn.body) == (ask_data()["title"], ask_data()["body"])
        assert tuple(button.action for button in drawn.buttons) == ACTIONS[PushKind.ASK]

    def test_draws_on_android_the_words_of_the_app_when_there_are_ids_only(self) -> None:
        message = ask()
        del message["data"]["title"], message["data"]["body"]

        drawn = draw(message)

        assert drawn is not None
        assert (drawn.title, drawn.body) == ("A colleague asks for your help", "")

    def test_draws_on_an_iphone_the_alert_with_the_buttons_of_its_category(self) -> None:
        drawn = draw(ask_on_iphone())

        assert drawn is not None
        assert (drawn.title, drawn.body) == ("Asha asks", "E4 on CHL-A")
        assert tuple(button.action for button in drawn.buttons) == ACTIONS[PushKind.ASK]

    def test_draws_no_buttons_on_an_iphone_without_a_category_that_the_app_registered(self) -> None:
        drawn = draw(ask_on_iphone(category="unheard of"))

        assert drawn is not None
        assert drawn.buttons == ()

    def test_draws_in_a_browser_the_buttons_that_came_with_it(self) -> None:
        drawn = draw(ask_in_browser())

        assert drawn is not None
        assert [(button.action, button.label) for button in drawn.buttons] == [
            ("answer", "Answer"),
            ("claim", "I'm on it"),
        ]
