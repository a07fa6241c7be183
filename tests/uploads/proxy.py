"""
A link that fails on demand: a TCP proxy between a phone and the server, which a test tells when to break, and how.

It reads just enough HTTP to know where a request's head ends and its body begins, so that a test can name the byte.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import termios
import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

from tests.serving import address_of, listening_socket

PIECE_BYTES = 16_384
SLOW_PIECE_BYTES = 4_096
SLOW_PAUSE_S = 0.01
_LONGEST_HEAD_BYTES = 1 << 20
_GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


class Fault(Enum):
    """What goes wrong with one request."""

    DROP = auto()  # both sides are told goodbye
    RESET = auto()  # both sides get a reset
    HALF_OPEN = auto()  # the phone gets a reset; the server goes on waiting and is never told
    STALL = auto()  # nothing moves for `lasting_s`, then the rest comes
    SLOW = auto()  # the rest comes in small pieces with pauses
    LOST_ANSWER = auto()  # the server gets everything and answers; the phone gets a reset instead


@dataclass(frozen=True)
class Trouble:
    """
    One fault, met by the next request of `method` once `after_bytes` of its body went through.

    Below 0: so many bytes before the end of its head, for faults that end the connection.
    """

    fault: Fault
    after_bytes: int = 0
    method: str = "PATCH"
    lasting_s: float = 0.5


class BadLink:
    """The way to `server_address`, good until a trouble is planned. Each trouble is met once, in the order planned."""

    def __init__(self, server_address: str, listener: socket.socket) -> None:
        self.server = urlsplit(server_address)
        self.address = address_of(listener)
        self.carried_bytes = 0  # of PATCH bodies, towards the server
        self.left_half_open: list[asyncio.StreamWriter] = []
        self.writers: list[asyncio.StreamWriter] = []
        self._planned: list[Trouble] = []

    def plan(self, *troubles: Trouble) -> None:
        self._planned.extend(troubles)

    def lead_to(self, server_address: str) -> None:
        """Let new connections reach another server."""
        self.server = urlsplit(server_address)

    @property
    def is_calm(self) -> bool:
        """Every planned trouble was met."""
        return not self._planned

    def take_trouble(self, method: str) -> Trouble | None:
        found = next((trouble for trouble in self._planned if trouble.method == method), None)
        if found is not None:
            self._planned.remove(found)
        return found

    def end(self) -> None:
        """Break every connection, half-open ones too."""
        for writer in self.writers:
            writer.transport.abort()

    async def accept(self, from_phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        self.writers.append(to_phone)
        try:
            from_server, to_server = await asyncio.open_connection(self.server.hostname, self.server.port)
        except ConnectionError:
            _reset(to_phone)
        else:
            self.writers.append(to_server)
            await _Connection(self, from_phone, to_phone, from_server, to_server).carry()


class _Connection:
    """One connection of a phone and its other half to the server."""

    def __init__(
        self,
        link: BadLink,
        from_phone: asyncio.StreamReader,
        to_phone: asyncio.StreamWriter,
        from_server: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
    ) -> None:
        self._link = link
        self._from_phone, self._to_phone = from_phone, to_phone
        self._from_server, self._to_server = from_server, to_server
        self._loses_answer = False

    async def carry(self) -> None:
        """Carry both ways until either side ends."""
        ways = [asyncio.ensure_future(way) for way in (self._carry_up(), self._carry_down())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._to_phone.close()
            if self._to_server not in self._link.left_half_open:
                self._to_server.close()

    async def _carry_down(self) -> None:
        with suppress(*_GONE):
            while piece := await self._from_server.read(PIECE_BYTES):
                if self._loses_answer:
                    _reset(self._to_phone)
                    break
                await _pass_on(self._to_phone, piece)

    async def _carry_up(self) -> None:
        with suppress(*_GONE):
            while True:
                head = await self._from_phone.readuntil(b"\r\n\r\n")
                await self._carry_request(head)

    async def _carry_request(self, head: bytes) -> None:
        method, length = _method_of(head), _body_bytes(head)
        trouble = self._link.take_trouble(method)
        before_trouble = trouble.after_bytes if trouble else length
        await _pass_on(self._to_server, head[:before_trouble] if before_trouble < 0 else head)
        await self._carry_body(max(0, before_trouble), method)
        if trouble is not None:
            await self._meet(trouble, length - max(0, before_trouble))

    async def _carry_body(self, length: int, method: str, piece_bytes: int = PIECE_BYTES, pause_s: float = 0) -> None:
        while length > 0:
            piece = await self._from_phone.read(min(piece_bytes, length))
            if not piece:
                raise ConnectionResetError
            length -= len(piece)
            self._link.carried_bytes += len(piece) if method == "PATCH" else 0
            await _pass_on(self._to_server, piece)
            await asyncio.sleep(pause_s)

    async def _meet(self, trouble: Trouble, rest_bytes: int) -> None:
        match trouble.fault:
            case Fault.DROP:
                raise ConnectionResetError
            case Fault.RESET:
                await self._reset_both()
            case Fault.HALF_OPEN:
                self._leave_half_open()
            case Fault.STALL:
                await asyncio.sleep(trouble.lasting_s)
                await self._carry_body(rest_bytes, trouble.method)
            case Fault.SLOW:
                await self._carry_body(rest_bytes, trouble.method, SLOW_PIECE_BYTES, SLOW_PAUSE_S)
            case Fault.LOST_ANSWER:
                self._loses_answer = True
                await self._carry_body(rest_bytes, trouble.method)

    async def _reset_both(self) -> None:
        # A reset throws away what is still on its way; what a test says went through, did.
        await _delivered(self._to_server)
        _reset(self._to_phone)
        _reset(self._to_server)
        raise ConnectionResetError

    def _leave_half_open(self) -> None:
        self._link.left_half_open.append(self._to_server)
        _reset(self._to_phone)
        raise ConnectionResetError


async def _pass_on(writer: asyncio.StreamWriter, piece: bytes) -> None:
    writer.write(piece)
    await writer.drain()


async def _delivered(writer: asyncio.StreamWriter) -> None:
    """Return once the other side's kernel has everything."""
    link: socket.socket = writer.get_extra_info("socket")
    while writer.transport.get_write_buffer_size() or _unacknowledged_bytes(link):  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.001)


def _unacknowledged_bytes(link: socket.socket) -> int:
    count = array("i", [0])
    fcntl.ioctl(link.fileno(), termios.TIOCOUTQ, count)
    return count[0]


def _reset(writer: asyncio.StreamWriter) -> None:
    link: socket.socket = writer.get_extra_info("socket")
    with suppress(OSError):  # the other side was quicker
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    writer.transport.abort()


def _method_of(head: bytes) -> str:
    return head.split(b" ", 1)[0].decode()


def _body_bytes(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
        if line.startswith(b"transfer-encoding:"):
            return 1 << 62  # whatever comes until the connection ends
    return 0


@contextmanager
def bad_link(server_address: str) -> Iterator[BadLink]:
    """Open a link to a server; with it end all its connections, half-open ones too."""
    listener = listening_socket()
    link = BadLink(server_address, listener)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(link, listener, stop),), name="bad-link")
    thread.start()
    try:
        yield link
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _serve(link: BadLink, listener: socket.socket, stop: asyncio.Event) -> None:
    server = await asyncio.start_server(link.accept, sock=listener, limit=_LONGEST_HEAD_BYTES)
    await stop.wait()
    server.close()
    link.end()
    while connections := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(connections, timeout=0.1)
        link.end()  # those too that began just now
    await asyncio.gather(*[writer.wait_closed() for writer in link.writers], return_exceptions=True)
