"""
The ASGI app of live threads: `GET /api/v1/threads/{id}/events`, server-sent events until the reader leaves.

Plain ASGI beside Django: a reader costs two sleeping tasks and a socket here, and no thread or database connection.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import Error
from django.utils import timezone
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from backend.api.problems import MEDIA_TYPE as PROBLEM
from backend.api.problems import problem
from backend.api.request_id import HEADER as REQUEST_ID_HEADER
from backend.api.request_id import begin_request, current_request_id
from backend.domain.errors import DomainError, NotFound
from backend.live import writing
from backend.live.database import in_database
from backend.live.hub import hub_of_this_loop
from backend.live.line import line_of
from backend.live.opening import Opened, Wish, open_stream
from backend.live.reader import Reader

ADDRESS: Final = re.compile(r"/api/v1/threads/([^/]+)/events")

log = logging.getLogger(__name__)


class MethodNotAllowed(DomainError):
    """Events are only read."""

    code = "method_not_allowed"


class LiveApp:
    """Stateless towards its readers: any process of an installation goes on where another one stopped."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        begin_request(request.headers.get(REQUEST_ID_HEADER))
        try:
            wish = _wish_of(request)
            opened = await in_database(open_stream, wish, now=timezone.now())
        except DomainError as refusal:
            await _refuse(refusal.code, refusal.detail)(scope, receive, send)
        except Error:
            log.exception("request %s failed", current_request_id())
            detail = "The database is not reachable right now. Nothing was lost; try again."
            await _refuse("unavailable", detail)(scope, receive, send)
        else:
            await _stream(wish, opened, scope, receive, send)


def _wish_of(request: Request) -> Wish:
    if request.method != "GET":
        raise MethodNotAllowed("Events are only read: GET.")
    found = ADDRESS.fullmatch(request.scope["path"])
    try:
        thread_id = UUID(found[1] if found else "")
    except ValueError:
        raise NotFound("There is no thread with this id.") from None
    query = request.query_params
    ticket = query.get("ticket")
    cookie = None if ticket else request.cookies.get(settings.SESSION_COOKIE_NAME)  # of a page of ours; it only reads
    return Wish(
        thread_id,
        token=request.headers.get("x-session-token") or cookie,
        ticket=ticket,
        # A browser that comes back by itself sends the header, and the address it began with.
        last_event_id=request.headers.get("last-event-id") or query.get("last_event_id"),
    )


def _refuse(code: str, detail: str) -> Response:
    document = problem(code, detail, current_request_id())
    response = JSONResponse(document, status_code=document["status"], media_type=PROBLEM)
    response.headers[REQUEST_ID_HEADER] = current_request_id()
    if code == "method_not_allowed":
        response.headers["Allow"] = "GET"
    return response


async def _stream(wish: Wish, opened: Opened, scope: Scope, receive: Receive, send: Send) -> None:
    line, beginning = line_of(scope), opened.beginning
    reader = Reader(thread_id=wish.thread_id, session_id=opened.session_id, cursor=beginning.cursor, drop=line.drop)
    line.on_shutdown = reader.end
    reader.tell(writing.beginning(beginning.cursor))
    if beginning.is_lost:
        reader.tell(writing.reset(beginning.cursor, now=timezone.now()))
    leaving = asyncio.create_task(_end_when_gone(reader, receive))
    try:
        with hub_of_this_loop().told(reader):
            await _send_all(reader, send)
    finally:
        leaving.cancel()


async def _send_all(reader: Reader, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _headers()})
    while blocks := await reader.next_blocks():
        await send(_body(blocks, more_body=True))
    await send(_body(b"", more_body=False))


async def _end_when_gone(reader: Reader, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.end()


def _headers() -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", writing.MEDIA_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # nginx would gather events in a buffer
        (REQUEST_ID_HEADER.lower().encode(), current_request_id().encode()),
    ]


def _body(blocks: bytes, *, more_body: bool) -> Message:
    return {"type": "http.response.body", "body": blocks, "more_body": more_body}
