"""The backend's own processes, started for real against the test's database and broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "worker": ["-m", "celery", "-A", "backend.jobs.app", "worker", "-Q", "jobs,push", "--without-mingle"],
    "relay": ["-m", "backend.manage", "relay_outbox"],
}

Start = Callable[[str], subprocess.Popen[bytes]]


def environment() -> dict[str, str]:
    """Return the environment of this process, with the database that the test uses."""
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    # urlsplit drops the empty host of a Unix-socket address.
    database = database.replace("postgresql:/", "postgresql:///", 1) if "://" not in database else database
    return os.environ | {"DATABASE_URL": database}


@pytest.fixture
def start(transactional_db: None, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts one of the backend's processes by name; all are ended after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, *COMMANDS[name]]
        with (tmp_path / f"{name}-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment(), cwd=ROOT, stderr=log, stdout=log)
        started.append(process)
        return process

    yield start_one
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


def wait_until(happened: Callable[[], bool], *, within_s: float) -> None:
    """Return as soon as `happened`; fail when it did not within the time."""
    deadline = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < deadline, f"it did not happen within {within_s} s"
        time.sleep(0.05)
