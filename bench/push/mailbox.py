"""Everything the local FCM was sent, collected while it comes: it keeps the last thousand only."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

_LOOK_EVERY_S = 0.5


@dataclass(frozen=True)
class Taken:
    """One message that FCM said yes to."""

    address: str
    received_at: datetime
    data: dict[str, str]


@dataclass
class Mailbox:
    """Use as a context manager. `taken`: what came, in order; only what is about `kind`."""

    phones_url: str
    kind: str = "ask"
    taken: list[Taken] = field(default_factory=list)
    _last_number: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._http = httpx.Client(base_url=self.phones_url, timeout=30, trust_env=False)
        self._thread = threading.Thread(target=self._collect)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._http.close()

    def wait_until_quiet(self, *, quiet_s: float, at_most_s: float) -> None:
        """Return once nothing came for `quiet_s`, or after `at_most_s`."""
        waited = quiet = 0.0
        while quiet < quiet_s and waited < at_most_s:
            before = len(self.taken)
            self._over.wait(_LOOK_EVERY_S)
            waited += _LOOK_EVERY_S
            quiet = 0.0 if len(self.taken) > before else quiet + _LOOK_EVERY_S

    def _collect(self) -> None:
        while not self._over.wait(_LOOK_EVERY_S):
            answer = self._http.get("/control/messages", params={"after": self._last_number})
            for message in answer.json()["messages"]:
                self._note(message)

    def _note(self, told: dict[str, Any]) -> None:
        missed = told["number"] - self._last_number - 1
        assert not missed, f"{missed} messages came faster than they were read"
        self._last_number = told["number"]
        data = told["message"].get("data", {})
        if told["answered"] == 200 and data.get("kind") == self.kind:
            self.taken.append(Taken(told["address"], datetime.fromisoformat(told["received_at"]), data))
