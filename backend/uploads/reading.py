"""
How the web server reads bodies: `uvicorn --http backend.uploads.reading:BodiesAsRead`.

uvicorn gathers a body in a buffer of its own, copies it three times on its way to the app, and forgets what lies there
when the link drops. An upload is nothing but body, and what came must be kept. Without this class everything works,
only slower, and a dropped link costs the piece that was read last.

An answer without an end (server-sent events) hears through its `Line` that the server stops, and may cut a reader that
takes nothing. Without this class a stop waits for such answers as long as the server is told to.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import cast

import httptools
from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, Scope
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from backend.live.line import Line, lay_line


class _Body:
    """The pieces of one body, as they were read from the socket, that the app has not asked for yet."""

    cycle: RequestResponseCycle  # uvicorn's side of the request, which begins a moment after the body

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self.waiting_bytes = 0

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self.waiting_bytes += len(piece)
        self.cycle.message_event.set()

    async def receive(self) -> ASGIReceiveEvent:
        """Return the next piece; what came before the link dropped comes before the news of that."""
        if not self._pieces:
            message = await self.cycle.receive()
            if not self._pieces:
                return message
        return self._next_piece()

    def _next_piece(self) -> ASGIReceiveEvent:
        piece = self._pieces.popleft()
        self.waiting_bytes -= len(piece)
        if not self._pieces:
            self.cycle.message_event.clear()
        return {"type": "http.request", "body": piece, "more_body": self.cycle.more_body or bool(self._pieces)}


class BodiesAsRead(HttpToolsProtocol):
    """
    uvicorn's HTTP protocol, but bodies reach the app as they were read.

    Within a body of known length there is nothing to parse: it passes the parser by.
    """

    _body: _Body
    _line = Line()
    _unread_bytes = 0  # of the body that is being read; 0 also when its length is not known

    def on_headers_complete(self) -> None:
        self._body = _Body()
        self._line = Line(self.transport.abort)
        lay_line(self._line, cast(dict[str, object], self.scope))
        self._unread_bytes = _length_of_body(self.headers)
        self.app = partial(_with_body, self._body, self.config.loaded_app)
        super().on_headers_complete()
        self._body.cycle = self.cycle

    def shutdown(self) -> None:
        super().shutdown()
        if self._line.on_shutdown:
            self._line.on_shutdown()

    def data_received(self, data: bytes) -> None:
        if not self._unread_bytes:
            return super().data_received(data)
        piece, rest = data[: self._unread_bytes], data[self._unread_bytes :]
        self.on_body(piece)
        if not self._unread_bytes:
            self.on_message_complete()
            self._parse_anew(rest)
        return None

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = max(0, self._unread_bytes - len(body))
        if (self.parser.should_upgrade() and self._should_upgrade()) or self.cycle.response_complete:
            return  # as uvicorn does: nobody will ask for it
        self._body.add(body)
        if self._body.waiting_bytes > HIGH_WATER_LIMIT:
            self.flow.pause_reading()

    def _parse_anew(self, data: bytes) -> None:
        """Parse what follows a body that passed the old parser by."""
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn sets it
        if data:
            super().data_received(data)


def _length_of_body(headers: list[tuple[bytes, bytes]]) -> int:
    """Return the body's length, 0 when it is not told. The parser has refused headers that contradict each other."""
    told = dict(headers)
    return 0 if b"transfer-encoding" in told else int(told.get(b"content-length", 0))


async def _with_body(
    body: _Body, app: ASGI3Application, scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable
) -> None:
    await app(scope, body.receive, send)
