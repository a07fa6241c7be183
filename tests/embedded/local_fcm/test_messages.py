"""What the local FCM takes and refuses, as the real one does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.embedded.local_fcm.messages import address_of, message_in, problem_of
from tests.embedded.local_fcm.messages import ask, ask_in_browser, ask_on_iphone


def problem(message: dict[str, Any]) -> str | None:
    return problem_of(message, body_bytes=len(json.dumps({"message": message})))


class TestTakes:
    @pytest.mark.parametrize("message", [ask(), ask_on_iphone(), ask_in_browser()])
    def test_a_message_to_any_sort_of_phone(self, message: dict[str, Any]) -> None:
        assert problem(message) is None


class TestRefuses:
    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"to": "phone-1"}, "unknown fields ['to']"),
            ({"fid": "phone-1"}, "exactly one of token and fid is needed"),
            ({"data": {"count": 3}}, "data.count is not text"),
            ({"data": "text"}, "data is not an object"),
            ({"data": {"from": "us"}}, "data.from is reserved"),
            ({"data": {"google.x": "us"}}, "data.google.x is reserved"),
            ({"android": {"ttl": 3600}}, "android.ttl or android.priority"),
            ({"android": {"ttl": "1h"}}, "android.ttl or android.priority"),
            ({"android": {"priority": "urgent"}}, "android.ttl or android.priority"),
            ({"apns": {"payload": {}}}, "apns.payload.aps is missing"),
            ({"apns": {"headers": {"apns-priority": "7"}, "payload": {"aps": {}}}}, "apns.headers"),
            ({"apns": {"headers": {"apns-collapse-id": "x" * 65}, "payload": {"aps": {}}}}, "apns.headers"),
            ({"webpush": {"headers": {"Topic": "x" * 33}}}, "webpush Topic is over 32 characters"),
            ({"webpush": []}, "webpush is not an object"),
        ],
    )
    def test_what_breaks_the_contract(self, changed: dict[str, Any], why: str) -> None:
        assert problem(ask() | changed) == why

    def test_what_is_longer_than_4096_bytes(self) -> None:
        assert problem(ask(body="x" * 4096)) is not None

    def test_a_message_to_nobody(self) -> None:
        assert problem({"data": {}}) == "exactly one of token and fid is needed"

    @given(
        st.dictionaries(
            st.sampled_from(["token", "fid", "data", "android", "apns", "webpush"]),
            st.recursive(
                st.none() | st.integers() | st.text(max_size=5),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(["headers", "payload", "aps", "ttl", "priority", "x"]), inner, max_size=3
                    )
                ),
            ),
        )
    )
    def test_never_falls_over_what_it_is_sent(self, message: dict[str, Any]) -> None:
        found = message_in(json.dumps({"message": message}).encode())

        assert found == message
        assert isinstance(problem(found), str | None)
        assert isinstance(address_of(found), str)


class TestMessageIn:
    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b'{"message": 3}', b"{}"])
    def test_finds_none_in_what_holds_none(self, body: bytes) -> None:
        assert message_in(body) == {}
