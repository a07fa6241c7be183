"""
HTTP in which every request has one deadline, many are on the way at once, and we retry nothing: libcurl.

The deadline holds for all of a request, the look-up of the name and a server that drips bytes included, which the
time-out of a socket does not. Each thread has its own connections, kept open from one batch to the next; where the
server speaks HTTP/2, one connection carries the whole batch.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import HTTP
from io import BytesIO
from uuid import UUID

import certifi
import pycurl

AT_ONCE = 50  # a thread: what a killed sender may have on the way, and at most this is sent twice
_CONNECT_MS = 3000
_TICK_S = 0.02


@dataclass(frozen=True)
class Request:
    """One POST. `limit_s`: its deadline, from the moment it starts."""

    key: UUID
    url: str
    headers: tuple[str, ...]
    body: bytes
    limit_s: float


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    header_block: bytes

    def header(self, name: str) -> str | None:
        """Return the header's value; its name in any case. None without it."""
        return self._fields().get(name)

    def headers(self) -> dict[str, str]:
        """Return every header; the last of those that are repeated."""
        return dict(self._fields().items())

    def _fields(self) -> Message:
        _, _, lines = self.header_block.partition(b"\r\n")
        return BytesHeaderParser(policy=HTTP).parsebytes(lines)


@dataclass(frozen=True)
class NoResponse:
    """Nothing, or not all of it, came back. `was_sent`: the server may have acted on it all the same."""

    detail: str
    was_sent: bool


Outcome = Response | NoResponse


@dataclass
class _Line:
    """A libcurl handle, used for one request after another."""

    curl: pycurl.Curl = field(default_factory=pycurl.Curl)
    key: UUID | None = None
    body: BytesIO = field(default_factory=BytesIO)
    headers: BytesIO = field(default_factory=BytesIO)

    def prepare(self, request: Request) -> None:
        self.key, self.body, self.headers = request.key, BytesIO(), BytesIO()
        self.curl.setopt(pycurl.URL, request.url)
        self.curl.setopt(pycurl.HTTPHEADER, ["Expect:", *request.headers])
        self.curl.setopt(pycurl.POSTFIELDS, request.body)
        self.curl.setopt(pycurl.TIMEOUT_MS, max(1, int(request.limit_s * 1000)))
        self.curl.setopt(pycurl.WRITEFUNCTION, self.body.write)
        self.curl.setopt(pycurl.HEADERFUNCTION, self.headers.write)

    def outcome(self) -> Response:
        status = self.curl.getinfo(pycurl.RESPONSE_CODE)
        return Response(status, self.body.getvalue(), self.headers.getvalue())

    def failure(self, text: str) -> NoResponse:
        # Nothing of the request has left before it has a size. (The times of a refused connection are above zero, too.)
        return NoResponse(text, was_sent=self.curl.getinfo(pycurl.REQUEST_SIZE) > 0)


class Transfers:
    """The requests that one thread has on the way."""

    def __init__(self) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, AT_ONCE)
        self._idle: list[_Line] = []
        self._busy: dict[pycurl.Curl, _Line] = {}

    def run(self, next_request: Callable[[], Request | None]) -> Iterator[dict[UUID, Outcome]]:
        """
        Send what `next_request` gives until it gives None with nothing left on the way; yield outcomes as they come.

        Yields every few milliseconds, also when nothing has come. Closed early, it lets go of what is on the way.
        """
        try:
            while self._start(next_request):
                self._multi.perform()
                outcomes = self._finished()
                if not outcomes:
                    self._wait()
                yield outcomes
        finally:
            for line in list(self._busy.values()):
                self._release(line)

    def _start(self, next_request: Callable[[], Request | None]) -> bool:
        while len(self._busy) < AT_ONCE and (request := next_request()) is not None:
            line = self._idle.pop() if self._idle else _new_line()
            line.prepare(request)
            self._busy[line.curl] = line
            self._multi.add_handle(line.curl)
        return bool(self._busy)

    def _finished(self) -> dict[UUID, Outcome]:
        outcomes: dict[UUID, Outcome] = {}
        _, ended, failed = self._multi.info_read(AT_ONCE)
        for curl in ended:
            line = self._busy[curl]
            outcomes[self._release(line)] = line.outcome()
        for curl, _, text in failed:
            line = self._busy[curl]
            outcomes[self._release(line)] = line.failure(text)
        return outcomes

    def _wait(self) -> None:
        if self._multi.select(_TICK_S) == -1:  # no socket yet: a name is being looked up
            time.sleep(_TICK_S / 4)

    def _release(self, line: _Line) -> UUID:
        assert line.key is not None
        self._multi.remove_handle(line.curl)
        del self._busy[line.curl]
        self._idle.append(line)
        return line.key


_threads = threading.local()


def transfers() -> Transfers:
    """Return this thread's own; a forked child's are new, so that it shares no connection with its parent."""
    if getattr(_threads, "pid", None) != os.getpid():
        _threads.pid, _threads.transfers = os.getpid(), Transfers()
    own: Transfers = _threads.transfers
    return own


def post(request: Request) -> Outcome:
    """Return what became of one request."""
    waiting = [request]
    for outcomes in Transfers().run(lambda: waiting.pop() if waiting else None):
        if outcomes:
            return outcomes[request.key]
    raise AssertionError("a request ends in an outcome")


def _new_line() -> _Line:
    line = _Line()
    line.curl.setopt(pycurl.POST, 1)
    line.curl.setopt(pycurl.NOSIGNAL, 1)  # else its time-outs use SIGALRM, which threads cannot share
    line.curl.setopt(pycurl.CONNECTTIMEOUT_MS, _CONNECT_MS)
    line.curl.setopt(pycurl.CAINFO, certifi.where())
    line.curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    line.curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    line.curl.setopt(pycurl.PIPEWAIT, 1)
    return line
