"""Answers on the wire as a network would spoil them: late, drop by drop, or cut."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.embedded.local_fcm.scripted import Scripted

_DROP_EVERY_S = 0.5
_LINGER_0 = struct.pack("ii", 1, 0)  # closing sends a reset, not an orderly end


class ResettableHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol; the app finds the connection in `request.state.transport`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


async def spoken(request: Request, answer: Scripted, *, latency_s: float) -> Response:
    """Return `answer` as a response, after whatever silence it asks for."""
    await asyncio.sleep(latency_s + answer.silent_s)
    if answer.reset:
        _reset(request)
    text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    headers = {"Content-Type": "application/json"} | answer.headers
    if answer.dripping_s:
        return StreamingResponse(_drops(text, answer.dripping_s), answer.status, headers)
    return Response(text, answer.status, headers)


def _reset(request: Request) -> None:
    transport: asyncio.Transport = request.state.transport
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
    transport.abort()


async def _drops(text: str, seconds: float) -> AsyncIterator[bytes]:
    for _ in range(int(seconds / _DROP_EVERY_S)):
        yield b" "  # JSON may begin with as many as it likes
        await asyncio.sleep(_DROP_EVERY_S)
    yield text.encode()
