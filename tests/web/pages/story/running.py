"""A Cuppa of its own for the story: every process of `make run`, and what a test may ask behind the pages."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from backend.demo.phones import list_phones
from backend.embedded.checks import find_free_port
from backend.embedded.places import find_places
from backend.embedded.stack import RunningStack, running_stack
from tests.embedded.processes import wait_for

_PUSH_WITHIN_S = 60


@dataclass(frozen=True)
class Pushed:
    """A push as FCM was sent it, and whose phone it is for."""

    owner: str
    data: dict[str, str]


@dataclass(frozen=True)
class Cuppa:
    stack: RunningStack

    @property
    def url(self) -> str:
        return self.stack.public_url

    def wait_for_pushes(self, kind: str) -> list[Pushed]:
        """Return the pushes of this kind, the oldest first, once there is one."""
        wait_for(lambda: bool(self._pushes(kind)), timeout_s=_PUSH_WITHIN_S)
        return self._pushes(kind)

    def stored_bytes(self, clip_id: str) -> list[int]:
        """Return how much of the clip is here: of each upload that was ever begun for it."""
        with psycopg.connect(self.stack.places.postgres.database_url) as database:
            asked = "SELECT stored_bytes FROM clips_upload WHERE clip_id = %s ORDER BY created_at"
            return [row[0] for row in database.execute(asked, [clip_id])]

    def is_verified(self, clip_id: str) -> bool:
        """Return whether the server has compared the whole clip with its SHA-256."""
        with psycopg.connect(self.stack.places.postgres.database_url) as database:
            found = database.execute("SELECT verified_at FROM clips_clip WHERE id = %s", [clip_id]).fetchone()
        return found is not None and found[0] is not None

    def _pushes(self, kind: str) -> list[Pushed]:
        owners = {phone.address: phone.owner.name for phone in list_phones()}
        taken: list[dict[str, Any]] = httpx.get(f"{self.stack.phones_url}/control/messages").json()["messages"]
        sent = [(one["address"], one["message"].get("data", {})) for one in taken]
        return [Pushed(owners[address], data) for address, data in sent if data.get("kind") == kind]


@contextmanager
def running_cuppa() -> Iterator[Cuppa]:
    """Start everything under a path that is short enough for sockets; nothing of it is left afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="cuppa-story-"))
    try:
        with running_stack(find_places(directory), port=find_free_port(), say=lambda _: None) as stack:
            yield Cuppa(stack)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
