"""One id a request, in every answer and every log line: what a technician reads out on the telephone."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from api_schema.ids import uuid7

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,128}")

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """Return the id of the request being served here, `-` outside of one."""
    return _request_id.get()


def begin_request(offered: str | None) -> str:
    """Return the id under which this request is served: the caller's own when it is sane, else a new one."""
    request_id = offered if offered and _SANE.fullmatch(offered) else str(uuid7())
    _request_id.set(request_id)
    return request_id


class RequestIdMiddleware(MiddlewareMixin):
    """Give each request its id before anything else sees it, and send it back."""

    def process_request(self, request: HttpRequest) -> None:
        begin_request(request.headers.get(HEADER))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        response[HEADER] = current_request_id()
        return response


class RequestIdFilter(logging.Filter):
    """Add `request_id` to each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True
