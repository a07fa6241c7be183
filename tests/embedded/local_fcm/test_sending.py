"""The send endpoint over a real socket."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.embedded.local_fcm.messages import ask
from tests.embedded.local_fcm.sender import Sender
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm


class TestSend:
    def test_accepts_and_remembers_a_message(self, fcm: FakeFcm, sender: Sender) -> None:
        answer = sender.send(ask())

        assert (answer.status_code, answer.json()) == (200, {"name": "projects/cuppa-test/messages/1"})
        [received] = fcm.received
        assert (received.message, received.address, received.answered) == (ask(), "phone-1", 200)

    def test_refuses_a_sender_without_an_access_token(self, fcm: FakeFcm, http: httpx.Client) -> None:
        answer = http.post("/v1/projects/cuppa-test/messages:send", json={"message": ask()})

        assert answer.status_code == 401
        assert fcm.received == []

    def test_knows_no_other_project(self, fcm: FakeFcm, sender: Sender) -> None:
        answer = sender.send(ask(), project="somebody-elses")

        assert answer.status_code == 404
        assert fcm.received == []

    def test_names_what_is_wrong_with_a_message(self, sender: Sender) -> None:
        answer = sender.send(ask() | {"android": {"priority": "urgent"}})

        assert answer.status_code == 400
        [_, details] = answer.json()["error"]["details"]
        assert details["fieldViolations"][0]["description"] == "android.ttl or android.priority"

    def test_remembers_the_last_thousand(self, fcm: FakeFcm, sender: Sender) -> None:
        fcm.kept = 3

        for number in range(5):
            sender.send(ask(f"push-{number}"))

        assert [each.number for each in fcm.received] == [3, 4, 5]
        assert fcm.received_count == 5


class TestNetwork:
    def test_is_silent_when_told_to(self, fcm: FakeFcm, sender: Sender) -> None:
        fcm.will_answer("phone-1", fake.silence(0.3))
        began = time.monotonic()

        answer = sender.send(ask())

        assert answer.status_code == 200
        assert time.monotonic() - began >= 0.3

    def test_drips_when_told_to(self, fcm: FakeFcm, sender: Sender) -> None:
        fcm.will_answer("phone-1", fake.dripping(1.0))
        began = time.monotonic()

        answer = sender.send(ask())

        assert answer.json() == {"name": "projects/local/messages/dripped"}
        assert time.monotonic() - began >= 1.0

    def test_cuts_the_line_when_told_to(self, fcm: FakeFcm, sender: Sender) -> None:
        fcm.will_answer("phone-1", fake.RESET)

        with pytest.raises(httpx.ReadError):
            sender.send(ask())

        assert [received.answered for received in fcm.received] == [0]

    def test_takes_its_time_with_every_answer(self, fcm: FakeFcm, sender: Sender) -> None:
        fcm.latency_s = 0.2
        began = time.monotonic()

        sender.send(ask())

        assert time.monotonic() - began >= 0.2

    def test_answers_nobody_who_came_by_another_name(self, http: httpx.Client) -> None:
        answer = http.get("/control", headers={"Host": "evil.example"})

        assert answer.status_code == 400
