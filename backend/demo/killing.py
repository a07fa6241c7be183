"""Kill parts of a stack that the demo started itself, to see that this delays the story and loses nothing."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable

from backend.demo.step_failed import StepFailed
from backend.demo.timeline import Timeline
from backend.embedded.stack import RunningStack

# What a person calls it → the supervised programs that it is.
PARTS = {"media-worker": ("media",), "broker": ("redis", "media-redis")}
_PID = re.compile(r"pid (\d+)")
_SIGHT_S = 15.0


def killer(stack: RunningStack, wanted: set[str], timeline: Timeline) -> Callable[[str], None]:
    """Return what kills a part by `kill -9`, if it is `wanted`; the supervisor starts it again."""

    def kill(part: str) -> None:
        if part in wanted:
            pids = [kill_program(stack, program) for program in PARTS[part]]
            timeline.tell("killed", f"{part}, with kill -9 ({', '.join(f'process {pid}' for pid in pids)})")

    return kill


def kill_program(stack: RunningStack, name: str) -> int:
    """
    Kill one supervised program and every process of its group, and return its process id.

    :raises StepFailed: it does not run.
    """
    deadline = time.monotonic() + _SIGHT_S
    while time.monotonic() < deadline:
        described = {program.name: program.description for program in stack.supervisor.list_programs()}
        if found := _PID.search(described.get(name, "")):
            pid = int(found[1])
            # The group, so that no child of a worker goes on with the job.
            os.killpg(pid, signal.SIGKILL) if os.getpgid(pid) == pid else os.kill(pid, signal.SIGKILL)
            return pid
        time.sleep(0.1)
    raise StepFailed(f"{name} does not run, so it cannot be killed.")
