"""The running supervisor, spoken to over its Unix socket."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from xmlrpc.client import Error, Fault, ProtocolError, ServerProxy

from supervisor.xmlrpc import SupervisorTransport


@dataclass(frozen=True)
class ProgramState:
    """What the supervisor says of one program: STARTING, RUNNING, BACKOFF, STOPPED, FATAL …"""

    name: str
    state: str
    pid: int  # 0 when it has no process
    description: str  # for people: since when, or why not


class Supervisor:
    """Calls are made one at a time, each over a connection of its own; nothing is cached."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path

    def start(self, names: Iterable[str]) -> None:
        """Start the programs `names` without waiting for them."""
        for name in names:
            self._call("startProcess", name, False)

    def stop(self, names: Iterable[str]) -> None:
        """Ask the programs `names` to stop, those that run; returns at once."""
        running = {program.name for program in self.list_programs() if program.state in {"RUNNING", "STARTING"}}
        for name in names:
            if name in running:
                self._call("stopProcess", name, False)

    def list_programs(self) -> list[ProgramState]:
        """Return every program with its state."""
        rows = cast("list[dict[str, Any]]", self._call("getAllProcessInfo"))
        return [ProgramState(row["name"], row["statename"], row["pid"], row["description"]) for row in rows]

    def shut_down(self, *, timeout_s: float) -> None:
        """Stop everything, last started first, then the supervisor itself; return when it is gone. Idempotent."""
        try:
            self._call("shutdown")
        except (OSError, Error):
            return  # it is gone, or on its way: what was asked for
        # It takes one step a second by itself, and one for each question: asking makes it quick.
        deadline = time.monotonic() + timeout_s
        while self.is_reachable() and time.monotonic() < deadline:
            time.sleep(0.05)

    def is_reachable(self) -> bool:
        """Return whether the supervisor answers, if only that it is shutting down."""
        try:
            self._call("getState")
        except Fault:
            return True
        except (OSError, ProtocolError):
            return False
        return True

    def _call(self, method: str, *arguments: object) -> object:
        transport = SupervisorTransport(serverurl=f"unix://{self._socket_path}")
        with ServerProxy("http://supervisor", transport=transport) as server:
            return getattr(server.supervisor, method)(*arguments)
