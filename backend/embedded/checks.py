"""What must be true before anything starts. Each failure is one sentence that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from pathlib import Path

from backend.embedded.failure import UnableToStart

DEFAULT_PORT = 8000
NEEDED_FREE_BYTES = 1024**3


def chosen_port() -> int:
    """
    Return the port that PORT asks for, 8000 without it.

    :raises UnableToStart: PORT is not a port.
    """
    return port_from("PORT", os.environ.get("PORT") or str(DEFAULT_PORT))


def port_from(variable: str, raw: str) -> int:
    """
    Return the port that stands in `raw`, the value of `variable`.

    :raises UnableToStart: it is none.
    """
    if not raw.isdecimal() or not 0 < int(raw) < 2**16:
        raise UnableToStart(f"{variable} must be a number from 1 to 65535, not {raw!r}.")
    return int(raw)


def find_free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: int, *, variable: str = "PORT") -> None:
    """:raises UnableToStart: `port`, which `variable` chose, cannot be listened on."""
    with socket.socket() as probe:
        # As the web server does; without it a port in TIME_WAIT would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            another = f"choose another with `make run {variable}={find_free_port()}`"
            if error.errno == errno.EADDRINUSE:
                raise UnableToStart(f"Port {port} is taken; {another}.") from error
            raise UnableToStart(f"Port {port} cannot be used ({error.strerror}); {another}.") from error


def check_disk(directory: Path, *, needed_bytes: int = NEEDED_FREE_BYTES) -> None:
    """:raises UnableToStart: fewer than `needed_bytes` are free where `directory` is."""
    free_bytes = shutil.disk_usage(directory).free
    if free_bytes < needed_bytes:
        raise UnableToStart(
            f"Only {free_bytes // 2**20} MiB are free where {directory} is and Cuppa needs {needed_bytes // 2**20};"
            " make room, or set VAR_DIR to a directory on a larger disk."
        )
