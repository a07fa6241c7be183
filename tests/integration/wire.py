"""
A reverse proxy between the media worker and everything it talks to, which kills the worker at a chosen request.

The worker needs no hook for that: backend and objects are behind addresses that the test chooses.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from backend.integrations.local_links import verify

_TIMEOUT_S = 30
_OF_THE_CONNECTION = {"connection", "host", "transfer-encoding"}


class Moment(Enum):
    """When, in the life of a request, the worker dies."""

    HALF_SENT = "half of its body has left the worker"
    ASKED = "the worker has sent it, and nobody has seen it yet"
    DONE = "it was carried out, and the worker has not heard so"
    HALF_ANSWERED = "the worker has half of the answer"
    ANSWERED = "the worker has just got its answer"


@dataclass(frozen=True)
class OnTheWire:
    """The `nth` request whose name matches; see `_name_of` for names."""

    request: str
    moment: Moment
    nth: int = 1


class Wire:
    """
    Passes requests on to the web server at `target`, and calls `kill` at the armed one.

    `names` lists every request of a worker since the wire was armed.
    """

    def __init__(self) -> None:
        self.target = ""
        self.kill: Callable[[], None] = lambda: None
        self.names: list[str] = []
        self._armed: OnTheWire | None = None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def arm(self, point: OnTheWire | None) -> None:
        """Count requests anew, and kill at this one."""
        with self._lock:
            self.names.clear()
            self._armed = point

    def meet(self, name: str) -> Moment | None:
        """Note a request; return when to kill in its life, if it is the armed one. Disarms."""
        with self._lock:
            self.names.append(name)
            point = self._armed
            if point is None or not re.fullmatch(point.request, name):
                return None
            if sum(bool(re.fullmatch(point.request, known)) for known in self.names) < point.nth:
                return None
            self._armed = None
            return point.moment


def _name_of(method: str, path: str, body: bytes) -> str:
    """Return "GET original", "PUT v240/init.mp4", "claim", "progress probe renditions", "progress poster.jpg" …"""
    if path.startswith("/objects/"):
        key = verify(path.removeprefix("/objects/"), method=method).key
        return f"{method} {'/'.join(key.split('/')[5:]) or 'original'}"
    action = path.rsplit("/", 1)[-1]
    return " ".join([action, *_news(action, json.loads(body))])


def _news(action: str, body: dict[str, Any]) -> list[str]:
    if action == "result":
        return ["transcript" if "outcome" in body else "render"]
    if action != "progress":
        return []
    files = [file["name"] for file in body.get("files") or ()]
    return [*(name for name, value in body.items() if value and name not in {"percent", "files"}), *files]


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(_PassingOn):
        def meet(self, name: str) -> Moment | None:
            return wire.meet(name)

        def kill(self) -> None:
            wire.kill()

        def target(self) -> str:
            return urlsplit(wire.target).netloc

    return Handler


class _PassingOn(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def meet(self, name: str) -> Moment | None:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError

    def target(self) -> str:
        raise NotImplementedError

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever asked may be dead by now: this wire exists for that
            super().handle()

    def do_GET(self) -> None:
        self._pass_on()

    do_POST = do_PUT = do_GET  # noqa: N815 - the names that the server looks for

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        is_json = "json" in self.headers.get("Content-Type", "")
        body = self.rfile.read(length if is_json else length // 2)
        moment = self.meet(_name_of(self.command, self.path, body))
        if moment is Moment.HALF_SENT:
            self._die()
            return
        body += self.rfile.read(length - len(body))
        if len(body) < length:  # it died on the way, by what happened to another of its requests
            self.close_connection = True
            return
        if moment is Moment.ASKED:
            self._die()
            return
        answer, content = self._forward(body)
        if moment is Moment.DONE:
            self._die()
            return
        self._answer(answer, content, moment)

    def _forward(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        link = http.client.HTTPConnection(self.target(), timeout=_TIMEOUT_S)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_CONNECTION}
            link.request(self.command, self.path, body=body, headers=headers)
            answer = link.getresponse()
            return answer, answer.read()
        finally:
            link.close()

    def _answer(self, answer: http.client.HTTPResponse, content: bytes, moment: Moment | None) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_THE_CONNECTION | {"content-length", "date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if moment is Moment.HALF_ANSWERED else content)
        if moment is not None:
            self._die()

    def _die(self) -> None:
        self.kill()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay silent: what was asked is in `names`."""
