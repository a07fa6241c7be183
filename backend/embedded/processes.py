"""Ending processes that an earlier run left behind, never anybody else's."""

from __future__ import annotations

from pathlib import Path

import psutil


def find_left_process(pid_file: Path, *, marked: Path) -> psutil.Process | None:
    """
    Return the living process that `pid_file` records, if its command line or working directory names `marked`.

    A pid is used again after a while: without that mark the process is somebody else's and None comes back.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        named = " ".join(process.cmdline())
        return process if str(marked) in named else None
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None


def end_left_process(pid_file: Path, *, marked: Path, timeout_s: float = 10) -> bool:
    """
    End the process that `pid_file` records, with its children, and return whether there was one. Idempotent.

    It is asked first; whoever is still there after `timeout_s` is killed.
    """
    process = find_left_process(pid_file, marked=marked)
    if process is None:
        return False
    family = [process, *process.children(recursive=True)]
    process.terminate()
    _, living = psutil.wait_procs(family, timeout=timeout_s)
    for member in living:
        member.kill()
    psutil.wait_procs(living, timeout=timeout_s)
    return True
