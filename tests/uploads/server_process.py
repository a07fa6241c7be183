"""A server as a process of its own: one that a test may kill and start again, or take disk space from."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from backend.embedded.programs import BODIES_AS_READ
from tests.serving import address_of, database_url, listening_socket

_ROOT = Path(__file__).resolve().parents[2]


class ServerProcess:
    """One uvicorn that serves an application on the test's own database, with some settings of its own."""

    def __init__(self, application: str, listener: socket.socket, settings: Mapping[str, str]) -> None:
        self.address = address_of(listener)
        self._command = ("uvicorn", application, "--http", BODIES_AS_READ, "--fd", str(listener.fileno()))
        self._listener = listener
        self._settings = settings
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", *self._command],
            cwd=_ROOT,
            env={**os.environ, **self._settings, "DATABASE_URL": database_url()},
            pass_fds=[self._listener.fileno()],
        )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def restart(self) -> None:
        """Start it again after `kill`, at the same address."""
        self._process = self._start()

    def kill(self) -> None:
        """End it the way a crash does, with `SIGKILL`."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def limit_files_to(self, limit_bytes: int) -> None:
        """Let no file of the process grow beyond this: to it the disk is full. -1 takes the limit away."""
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))


@contextmanager
def server_process(
    application: str = "backend.uploads.asgi:application", settings: Mapping[str, str] | None = None
) -> Iterator[ServerProcess]:
    """Start a server and end it with the test, if the test has not."""
    listener = listening_socket()
    server = ServerProcess(application, listener, settings or {})
    try:
        yield server
    finally:
        server.kill()
        listener.close()
