"""ASGI apps on real sockets, for tests in which bytes must really travel."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Literal
from urllib.parse import quote, urlencode

import uvicorn
from django.db import connection
from starlette.types import ASGIApp


@contextmanager
def served(
    app: ASGIApp, *, http: type[asyncio.Protocol] | Literal["auto"] = "auto", stop_within_s: float = 1
) -> Iterator[str]:
    """Serve `app`, over uvicorn's `http` protocol, from a thread of this process; yield its address, http://…:40123."""
    listener = listening_socket()
    config = uvicorn.Config(app, http=http, log_level="warning", timeout_graceful_shutdown=ceil(stop_within_s))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="test-server")
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def listening_socket() -> socket.socket:
    """Return a socket that listens on a free port: whoever connects before the server is up just waits."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    listener.set_inheritable(True)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the http address of a listening socket."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def database_url() -> str:
    """Return the address of this process's test database, for processes that a test starts."""
    place = connection.settings_dict
    host = urlencode({"host": place["HOST"], "port": place["PORT"]})
    return f"postgresql://{quote(place['USER'])}@/{place['NAME']}?{host}"
