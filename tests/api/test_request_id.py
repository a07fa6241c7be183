"""One id a request, in every answer and log line."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from django.test import Client

from api_schema.ids import is_uuid7
from backend.api.request_id import RequestIdFilter, begin_request
from backend.asgi import application
from tests.api.calls import assert_problem
from tests.serving import served

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


@pytest.mark.django_db(transaction=True)
class TestManyRequestsAtOnce:
    def test_each_keep_their_own_id(self) -> None:
        ids = [f"request-number-{number}" for number in range(24)]

        with served(application) as address, httpx.Client(base_url=address) as client, ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda one: client.get("/api/v1/me", headers={"X-Request-Id": one}), ids))

        assert [answer.headers["X-Request-Id"] for answer in answers] == ids
        assert [answer.json()["request_id"] for answer in answers] == ids


class TestLogLine:
    def test_names_the_request(self) -> None:
        begin_request("a-request-of-ours")
        record = logging.makeLogRecord({"msg": "boiled over", "levelname": "INFO", "name": "kettle"})
        (stderr,) = [one for one in logging.getLogger().handlers if _has_request_ids(one)]

        stderr.filter(record)
        line = stderr.format(record)

        assert line.endswith(" INFO a-request-of-ours kettle boiled over")


def _has_request_ids(handler: logging.Handler) -> bool:
    return any(isinstance(one, RequestIdFilter) for one in handler.filters)
