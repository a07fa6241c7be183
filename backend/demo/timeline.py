"""The story's clock: one line a step, with the seconds since it began, and waits that end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from backend.demo.step_failed import StepFailed

_POLL_S = 0.1

Found = TypeVar("Found")


class Timeline:
    def __init__(self, say: Callable[[str], None] = print) -> None:
        self._say = say
        self._began = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def tell(self, step: str, *details: str) -> None:
        """Print one step; further details go on lines of their own below it."""
        first, *more = details or ("",)
        self._say(f"{self.elapsed_s:7.2f} s  {step:<18} {first}")
        for line in more:
            self._say(f"{'':30}{line}")


def wait_for(what: str, look: Callable[[], Found | None], *, deadline_s: float) -> Found:
    """
    Return what `look` finds, asking again and again until it is something true.

    :raises StepFailed: nothing within `deadline_s`; the text names `what`.
    """
    deadline = time.monotonic() + deadline_s
    while not (found := look()):
        if time.monotonic() > deadline:
            raise StepFailed(f"{what} did not happen within {deadline_s:.0f} s.")
        time.sleep(_POLL_S)
    return found
