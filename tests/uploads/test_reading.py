"""How the web server hands bodies to the app: in pieces as they were read, all of them, and in this order."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from starlette.types import Message, Receive, Scope, Send

from backend.uploads.reading import BodiesAsRead
from tests.serving import served

BODY = bytes(range(256)) * 4096  # 1 MiB: more than one read brings


class _Listener:
    """An app that answers each request with the length of its body, and remembers what it received."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.ending = ""
        self.has_ended = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, message = b"", await receive()
        while message["type"] == "http.request":
            body += message["body"]
            if not message["more_body"]:
                break
            message = await receive()
        self.bodies.append(body)
        self.ending = message["type"]
        self.has_ended.set()
        for answer in _answer(len(body)):
            await send(answer)


def _answer(length: int) -> list[Message]:
    told = str(length).encode()
    headers = [(b"content-length", str(len(told)).encode())]
    return [
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": told},
    ]


@pytest.fixture
def listener() -> _Listener:
    return _Listener()


@pytest.fixture
def link(listener: _Listener) -> Iterator[socket.socket]:
    """A connection to a server that reads bodies our way."""
    with served(listener, http=BodiesAsRead) as address:
        place = urlsplit(address)
        with closing(socket.create_connection((place.hostname or "", place.port or 0), timeout=10)) as link:
            yield link


def _request(body: bytes, *, promised_bytes: int | None = None) -> bytes:
    length = len(body) if promised_bytes is None else promised_bytes
    return b"PATCH /x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (length, body)


def _answers(link: socket.socket, *, count: int) -> list[bytes]:
    """Return what `count` answers say."""
    got = b""
    while got.count(b"\r\n\r\n") < count or got.endswith(b"\r\n\r\n"):
        piece = link.recv(65_536)
        if not piece:
            break
        got += piece
    return [part.split(b"HTTP/1.1", 1)[0] for part in got.split(b"\r\n\r\n")[1:]]


class TestHandOverBody:
    @pytest.mark.parametrize("body", [b"", b"x", BODY], ids=["empty", "one byte", "1 MiB"])
    def test_whole(self, link: socket.socket, listener: _Listener, body: bytes) -> None:
        link.sendall(_request(body))

        assert _answers(link, count=1) == [str(len(body)).encode()]
        assert listener.bodies == [body]

    def test_of_unknown_length(self, link: socket.socket, listener: _Listener) -> None:
        link.sendall(
            b"PATCH /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )

        assert _answers(link, count=1) == [b"5"]
        assert listener.bodies == [b"abcde"]

    def test_of_one_request_after_the_other_on_one_connection(self, link: socket.socket, listener: _Listener) -> None:
        for body in (BODY, b"", b"second", BODY[:100_000]):
            link.sendall(_request(body))
            assert _answers(link, count=1) == [str(len(body)).encode()]

        assert [len(body) for body in listener.bodies] == [len(BODY), 0, 6, 100_000]

    def test_of_requests_that_do_not_wait_for_each_other(self, link: socket.socket, listener: _Listener) -> None:
        link.sendall(_request(BODY) + _request(b"second") + _request(BODY[:300_000]) + _request(b""))

        assert _answers(link, count=4) == [b"1048576", b"6", b"300000", b"0"]
        assert listener.bodies == [BODY, b"second", BODY[:300_000], b""]

    def test_that_comes_in_the_smallest_pieces(self, link: socket.socket, listener: _Listener) -> None:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in _request(b"abcdefgh"):
            link.sendall(bytes([byte]))

        assert _answers(link, count=1) == [b"8"]
        assert listener.bodies == [b"abcdefgh"]


class TestLoseNothing:
    def test_of_what_came_before_the_link_dropped(self, link: socket.socket, listener: _Listener) -> None:
        link.sendall(_request(BODY, promised_bytes=2 * len(BODY)))
        link.shutdown(socket.SHUT_WR)

        listener.has_ended.wait(10)

        assert listener.ending == "http.disconnect"
        assert listener.bodies == [BODY]
