"""The real web process on a free port, for one measurement."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


@contextmanager
def web_process() -> Iterator[tuple[int, psutil.Process]]:
    """Yield port and process of a running web process. The environment must be that of `empty_backend`."""
    from backend.embedded.programs import BODIES_AS_READ  # noqa: PLC0415 - after the settings are known

    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    listener.set_inheritable(True)
    options = ("--http", BODIES_AS_READ, "--fd", str(listener.fileno()), "--log-level", "warning")
    command = [sys.executable, "-m", "uvicorn", "backend.asgi:application", *options]
    server = subprocess.Popen(command, pass_fds=[listener.fileno()])
    try:
        yield listener.getsockname()[1], psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()
        listener.close()
