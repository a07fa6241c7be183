"""How this process keeps programs that read hostile files apart from everything else: decided once, at the start."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass

from media_worker.bubblewrap import find_bubblewrap, why_unusable
from media_worker.config import SandboxChoice, UnableToStart, read_sandbox_choice


@dataclass(frozen=True)
class Isolation:
    """`bubblewrap`: the program that makes the rooms; None: limits and a process group only, for `reason`."""

    bubblewrap: str | None
    reason: str = ""


@functools.cache
def this_process_isolation() -> Isolation:
    """
    Return what `SANDBOX` asks for, tried out the first time; children made by forking keep the answer.

    :raises UnableToStart: bubblewrap is asked for and does not work here.
    """
    return choose_isolation(read_sandbox_choice(os.environ))


def choose_isolation(choice: SandboxChoice) -> Isolation:
    """
    Return the isolation that `choice` means on this machine.

    :raises UnableToStart: bubblewrap is asked for and does not work here.
    """
    if choice is SandboxChoice.RLIMITS:
        return Isolation(None, "SANDBOX says so")
    program = find_bubblewrap()
    reason = why_unusable(program) if program else "bubblewrap is not installed"
    if reason is None:
        return Isolation(program)
    if choice is SandboxChoice.BUBBLEWRAP:
        raise UnableToStart(f"SANDBOX is bubblewrap, which does not work here, so no hostile file is read: {reason}")
    return Isolation(None, reason)
