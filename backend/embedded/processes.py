"""Ending processes that an earlier run left behind, never anybody else's."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil


def find_recorded_process(pid_file: Path, *, marked: Path) -> psutil.Process | None:
    """
    Return the living process that `pid_file` records, if its command line names `marked`.

    A pid is used again after a while: without that mark the process is somebody else's and None comes back.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        return process if str(marked) in " ".join(process.cmdline()) else None
    except (OSError, ValueError, psutil.Error):
        return None


def end_recorded_process(
    pid_file: Path, *, marked: Path, stop_signal: int = signal.SIGTERM, timeout_s: float = 10
) -> bool:
    """
    End the process that `pid_file` records, with its children, and return whether there was one. Idempotent.

    It is asked by `stop_signal`; whoever is still there after `timeout_s` is killed.
    """
    process = find_recorded_process(pid_file, marked=marked)
    if process is None:
        return False
    try:
        family = [process, *process.children(recursive=True)]
        process.send_signal(stop_signal)
    except psutil.NoSuchProcess:
        return True
    _wait_then_kill(family, timeout_s)
    return True


def find_marked_processes(name: str, value: str) -> list[psutil.Process]:
    """Return every process, this one excepted, that was started with the environment variable `name` = `value`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(name) == value:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # somebody else's, or gone meanwhile
    return found


def end_marked_processes(name: str, value: str, *, timeout_s: float = 5) -> int:
    """End every process that `find_marked_processes` finds, and return how many there were. Idempotent."""
    found = find_marked_processes(name, value)
    for process in found:
        try:
            process.terminate()
        except psutil.NoSuchProcess:
            continue  # it went by itself
    _wait_then_kill(found, timeout_s)
    return len(found)


def _wait_then_kill(processes: list[psutil.Process], timeout_s: float) -> None:
    _, living = psutil.wait_procs(processes, timeout=timeout_s)
    for process in living:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue  # it went by itself
    psutil.wait_procs(living, timeout=timeout_s)
