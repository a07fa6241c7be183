"""Starting programs that misbehave, as the worker does, and looking for what they leave running."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest

from media_worker.config import SandboxChoice, UnableToStart
from media_worker.isolation import Isolation, choose_isolation
from media_worker.sandbox import Confinement, confined

ROOMY = Confinement(cpu_s=60, wall_clock_s=30, stall_s=30, file_bytes=1024**2)


def isolated_by(choice: SandboxChoice) -> Isolation:
    """Return the isolation that is asked for; skip the test, saying why, where this machine has none."""
    try:
        return choose_isolation(choice)
    except UnableToStart as error:
        pytest.skip(str(error))


def python(program: str, directory: Path) -> list[str]:
    """Return the command that runs `program`; the directory in it tells the process from all others."""
    return [sys.executable, "-c", program, str(directory)]


def run_to_end(
    program: str, directory: Path, isolation: Isolation, confinement: Confinement = ROOMY
) -> tuple[int | None, list[str]]:
    lines: list[str] = []
    with confined(
        python(program, directory),
        directory=directory,
        confinement=confinement,
        on_line=lines.append,
        isolation=isolation,
    ) as running:
        while (status := running.poll()) is None:
            running.wait(0.05)
    return status, lines


def left_running(directory: Path) -> list[list[str]]:
    """Return the commands that still run for `directory`, some seconds after the kernel was told to kill them."""
    deadline = time.monotonic() + 5
    while (commands := _commands_for(directory)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return commands


def _commands_for(directory: Path) -> list[list[str]]:
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [command for command in commands if str(directory) in command]
