"""A PostgreSQL and a Redis for one test run or one measurement, gone without a trace afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from backend.embedded import postgres, redis
from backend.embedded.processes import end_recorded_process
from backend.embedded.server_account import popen_arguments

_PREFIX = f"cuppa-tests-{os.getuid()}-"
_STOP_TIMEOUT_S = 10


@dataclass
class ThrowAwayStack:
    """
    One server each under `directory`. What they hold does not survive `stop`.

    Killed without `stop`, the servers stay until the next `start` of the same user finds them.
    """

    directory: Path
    database: postgres.PostgresPlace
    broker: redis.RedisPlace
    _lock: IO[str]
    _servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def start(cls) -> ThrowAwayStack:
        """
        Start both servers and return once they take connections (under 2 s *(measured)*).

        :raises UnableToStart: a wheel is missing or a server does not come up.
        """
        end_abandoned_stacks()
        # The system's temporary directory, not one of pytest's: socket paths must be short.
        directory = Path(tempfile.mkdtemp(prefix=_PREFIX))
        directory.chmod(0o711)
        stack = cls(
            directory,
            postgres.PostgresPlace(directory / "postgres", directory / "postgres-socket", throw_away=True),
            redis.RedisPlace(directory / "redis", directory / "redis.sock", throw_away=True),
            _hold_lock(directory),
        )
        try:
            stack._start_servers()
        except BaseException:
            stack.stop()
            raise
        return stack

    def _start_servers(self) -> None:
        postgres.prepare(self.database)
        redis.prepare(self.broker)
        self._servers.append(self._spawn("postgres", postgres.server_command(self.database), **popen_arguments()))
        self._servers.append(self._spawn("redis", redis.server_command(self.broker)))
        postgres.wait_until_ready(self.database)
        redis.wait_until_ready(self.broker)

    def _spawn(self, name: str, command: list[str], **account: Any) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches the test run only, which then stops its servers in order.
        with (self.directory / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd="/", **account
            )

    def stop(self) -> None:
        """Stop both servers and remove everything they wrote. Idempotent."""
        for server in self._servers:
            # SIGINT: PostgreSQL closes its clients' connections instead of waiting for them; Redis just stops.
            server.send_signal(signal.SIGINT)
        for server in self._servers:
            try:
                server.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        self._servers.clear()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._lock.close()


def _hold_lock(directory: Path) -> IO[str]:
    """Return an open lock that ends with this process, so that others can tell a living stack from an abandoned one."""
    path = directory / "lock"
    # Locked before it has its name: a sweep in between must not find it free.
    lock = path.with_suffix(".new").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    path.with_suffix(".new").rename(path)
    return lock


def end_abandoned_stacks() -> None:
    """End every stack of this user whose starter is gone. Idempotent."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/lock"):
        try:
            with path.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _clear_abandoned(path.parent)
        except (BlockingIOError, FileNotFoundError):
            continue  # in use, or its own starter removes it right now


def _clear_abandoned(directory: Path) -> None:
    for pid_file in (directory / "postgres" / "postmaster.pid", directory / "redis" / "redis.pid"):
        end_recorded_process(pid_file, marked=directory)
    shutil.rmtree(directory, ignore_errors=True)
