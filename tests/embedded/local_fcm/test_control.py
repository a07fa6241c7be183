"""Telling the local FCM over HTTP what to answer, and reading what it took."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from backend.embedded.local_fcm.scripted import BY_NAME
from tests.embedded.local_fcm.messages import ask
from tests.embedded.local_fcm.sender import Sender


def order(http: httpx.Client, **body: Any) -> httpx.Response:
    return http.post("/control/orders", json=body)


class TestOrder:
    @pytest.mark.parametrize(
        ("name", "status", "retry_after"),
        [
            ("UNREGISTERED", 404, None),
            ("SENDER_ID_MISMATCH", 403, None),
            ("NOT_A_REGISTRATION", 400, None),
            ("INVALID_ARGUMENT", 400, None),
            ("QUOTA_EXCEEDED", 429, "7"),
            ("UNAVAILABLE", 503, "7"),
            ("INTERNAL", 500, None),
            ("BAD_GATEWAY", 502, None),
            ("THIRD_PARTY_AUTH_ERROR", 401, None),
        ],
    )
    def test_gives_that_answer_once(
        self, http: httpx.Client, sender: Sender, name: str, status: int, retry_after: str | None
    ) -> None:
        ordered = order(http, answer=name, seconds=7)

        first, second = sender.send(ask()), sender.send(ask())

        assert ordered.status_code == 201
        assert (first.status_code, first.headers.get("Retry-After")) == (status, retry_after)
        assert second.status_code == 200

    def test_gives_it_as_often_as_asked_to_one_address_only(self, http: httpx.Client, sender: Sender) -> None:
        order(http, answer="UNREGISTERED", address="phone-2", times=2)

        answers = [sender.send(ask(address=f"phone-{number}")).status_code for number in (1, 2, 2, 2)]

        assert answers == [200, 404, 404, 200]

    def test_gives_it_until_told_otherwise(self, http: httpx.Client, sender: Sender) -> None:
        order(http, answer="INTERNAL", times=None)
        before = [sender.send(ask()).status_code for _ in range(3)]

        http.delete("/control/orders")

        assert before == [500, 500, 500]
        assert sender.send(ask()).status_code == 200

    def test_is_shown_while_it_stands(self, http: httpx.Client) -> None:
        order(http, answer="RESET", address="phone-1", times=3)
        http.put("/control/latency", json={"ms": 50})

        assert http.get("/control").json() == {
            "answers": list(BY_NAME),
            "orders": [{"answer": "RESET", "address": "phone-1", "times": 3}],
            "latency_ms": 50,
            "received_count": 0,
        }


class TestBadOrder:
    @pytest.mark.parametrize(
        ("body", "problem"),
        [
            ({}, f"answer: one of {', '.join(BY_NAME)} was expected"),
            ({"answer": "TEAPOT"}, f"answer: one of {', '.join(BY_NAME)} was expected"),
            ({"answer": ["RESET"]}, f"answer: one of {', '.join(BY_NAME)} was expected"),
            (
                {"answer": "RESET", "address": 3},
                "address: a registration token or installation id was expected, or null for everybody",
            ),
            ({"answer": "RESET", "times": 0}, "times: at least 1 was expected, or null for always"),
            ({"answer": "RESET", "times": "often"}, "times: a whole number was expected"),
            ({"answer": "RESET", "times": -1}, "times: 0 to 100000 was expected"),
            ({"answer": "SILENCE", "seconds": 1e9}, "seconds: 0 to 3600 was expected"),
            ([], "a JSON object was expected"),
        ],
    )
    def test_is_refused_in_a_sentence_and_orders_nothing(self, http: httpx.Client, body: object, problem: str) -> None:
        refused = http.post("/control/orders", json=body)

        assert (refused.status_code, refused.json()) == (400, {"problem": problem})
        assert http.get("/control").json()["orders"] == []

    @pytest.mark.parametrize("sent", ['{"answer": "RESET"}', "answer=RESET"])
    def test_is_refused_when_it_is_not_called_json(self, http: httpx.Client, sent: str) -> None:
        refused = http.post("/control/orders", content=sent, headers={"Content-Type": "text/plain"})

        assert refused.json() == {"problem": "Content-Type: application/json was expected"}

    def test_is_refused_when_it_is_no_json(self, http: httpx.Client) -> None:
        refused = http.put("/control/latency", content="{", headers={"Content-Type": "application/json"})

        assert refused.json() == {"problem": "a JSON object was expected"}


class TestMessages:
    def test_are_told_from_where_the_reader_left_off(self, http: httpx.Client, sender: Sender) -> None:
        for push in ("push-1", "push-2", "push-3"):
            sender.send(ask(push))

        told = http.get("/control/messages", params={"after": 1}).json()["messages"]

        assert [(each["number"], each["message"]["data"]["push_id"]) for each in told] == [(2, "push-2"), (3, "push-3")]
        assert {(each["answered"], each["address"]) for each in told} == {(200, "phone-1")}

    @pytest.mark.parametrize("after", ["x", "-1", "1e3"])
    def test_are_refused_for_what_is_no_number(self, http: httpx.Client, after: str) -> None:
        assert http.get("/control/messages", params={"after": after}).status_code == 400
