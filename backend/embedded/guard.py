"""
Stops the stack when whoever started it is gone without a word: `python -m backend.embedded.guard PID SOCKET`.

Killed with -9, the starter cannot stop anything itself; a supervisor left alone would run for ever.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import psutil

from backend.embedded.supervisor import Supervisor


def main(starter_pid: int, socket_path: Path) -> None:
    """Return after the process `starter_pid` ended and the supervisor was told to stop everything."""
    with contextlib.suppress(psutil.NoSuchProcess):  # it was gone before we looked
        psutil.Process(starter_pid).wait()
    Supervisor(socket_path).shut_down(timeout_s=60)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
