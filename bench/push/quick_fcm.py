"""
An FCM that costs next to nothing: it answers every send after 50 ms and checks nothing, so that it limits no sender.

    python -m bench.push.quick_fcm    prints its port, and serves until it is ended
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.request import urlopen

import httptools
import uvloop
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ANSWERS_AFTER_S = 0.05
PROJECT = "cuppa-bench"


def _response(answer: object) -> bytes:
    body = json.dumps(answer).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


_TAKEN = _response({"name": f"projects/{PROJECT}/messages/1"})
_TOKEN = _response({"access_token": "anything", "expires_in": 3599, "token_type": "Bearer"})


class _Connection(asyncio.Protocol):
    taken_count = 0  # by all connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path = url

    def on_message_complete(self) -> None:
        if self._path == b"/token":
            self._transport.write(_TOKEN)
        elif self._path == b"/taken":
            self._transport.write(_response(_Connection.taken_count))
        else:
            _Connection.taken_count += 1
            asyncio.get_running_loop().call_later(ANSWERS_AFTER_S, self._transport.write, _TAKEN)


async def _serve() -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    server = await asyncio.get_running_loop().create_server(_Connection, sock=listening)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


class QuickFcm:
    """The server in a process of its own, as its users see it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def taken_count(self) -> int:
        """Return how many sends it has taken so far."""
        with urlopen(f"{self.url}/taken") as answer:  # noqa: S310  # our own address
            return int(answer.read())

    def write_key(self, path: Path) -> Path:
        """Write a service account key that it accepts."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "1",
            "private_key": key.decode(),
            "client_email": f"push@{PROJECT}.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"{self.url}/token",
        }
        path.write_text(json.dumps(account))
        return path


@contextmanager
def quick_fcm() -> Iterator[QuickFcm]:
    """Start one; it is gone afterwards."""
    with subprocess.Popen([sys.executable, "-m", "bench.push.quick_fcm"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield QuickFcm(int(server.stdout.readline()))
        finally:
            server.terminate()


if __name__ == "__main__":
    uvloop.run(_serve())
