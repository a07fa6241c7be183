"""The running supervisor, spoken to over its Unix socket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from xmlrpc.client import Error, ServerProxy

from supervisor.xmlrpc import SupervisorTransport


@dataclass(frozen=True)
class ProgramState:
    """What the supervisor says of one program: STARTING, RUNNING, BACKOFF, STOPPED, FATAL …, and since when."""

    name: str
    state: str
    description: str


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
        return [ProgramState(row["name"], row["statename"], row["description"]) for row in rows]

    def shut_down(self) -> None:
        """Stop everything, last started first, then the supervisor itself; returns at once. Idempotent."""
        try:
            self._call("shutdown")
        except (OSError, Error):
            return  # it is gone, or on its way: what was asked for

    def is_reachable(self) -> bool:
        """Return whether the supervisor answers."""
        try:
            self._call("getState")
        except (OSError, Error):
            return False
        return True

    def _call(self, method: str, *arguments: object) -> object:
        transport = SupervisorTransport(serverurl=f"unix://{self._socket_path}")
        with ServerProxy("http://supervisor", transport=transport) as server:
            return getattr(server.supervisor, method)(*arguments)
