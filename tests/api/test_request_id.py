"""One id a request, in every answer and log line."""

from __future__ import annotations

import logging
from uuid import UUID

import pytest
from django.test import Client

from api_schema.ids import is_uuid7
from backend.api.request_id import RequestIdFilter, begin_request
from tests.api.calls import assert_problem

pytestmark = pytest.mark.django_db


class TestRequestId:
    def test_is_a_new_one_in_every_answer(self) -> None:
        first, second = (Client().get("/healthz")["X-Request-Id"] for _ in range(2))

        assert is_uuid7(UUID(first))
        assert first != second

    def test_is_the_callers_own_when_it_is_sane(self) -> None:
        answer = Client().get("/api/v1/me", headers={"X-Request-Id": "phone-7.tap_42"})

        assert answer["X-Request-Id"] == "phone-7.tap_42"
        assert assert_problem(answer, "not_signed_in")["request_id"] == "phone-7.tap_42"

    @pytest.mark.parametrize(
        "offered", ["short", "x" * 129, "two words here", 'quote"quote"', "<script>alert</script>"]
    )
    def test_is_a_new_one_when_the_callers_is_not(self, offered: str) -> None:
        answer = Client().get("/healthz", headers={"X-Request-Id": offered})

        assert is_uuid7(UUID(answer["X-Request-Id"]))


class TestRequestIdFilter:
    def test_puts_the_id_into_log_records(self) -> None:
        request_id = begin_request("a-request-of-ours")
        record = logging.makeLogRecord({})

        RequestIdFilter().filter(record)

        assert record.__dict__["request_id"] == request_id == "a-request-of-ours"
