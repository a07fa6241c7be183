"""A whole Cuppa for one measurement, started as `make run` starts it, and gone without a trace afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from backend.demo.client import Session, sign_in
from backend.demo.sign_ins import PASSWORD, list_sign_ins
from backend.embedded.checks import find_free_port
from backend.embedded.places import Places, find_places
from backend.embedded.stack import running_stack
from bench.orphans import Orphans


@dataclass(frozen=True)
class Cuppa:
    """What runs, and somebody's phone that is signed in to it."""

    http: httpx.Client
    phone: Session
    worker: psutil.Process
    places: Places
    orphans: Orphans

    def worker_cpu_s(self) -> float:
        """Return the CPU seconds, user and system, of the media worker and of every program that it has run so far."""
        self.orphans.collect()
        return sum(_cpu_s(process) for process in self._worker_processes()) + self.orphans.cpu_s

    def worker_resident_mb(self) -> float:
        """Return what the media worker holds in memory between two jobs."""
        return sum(process.memory_info().rss for process in self._worker_processes()) / 1e6

    def _worker_processes(self) -> list[psutil.Process]:
        return [self.worker, *self.worker.children()]


@contextmanager
def running_cuppa() -> Iterator[Cuppa]:
    """Start everything in a directory of its own, with the embedded speech engine."""
    os.environ["TRANSCRIBER"] = "pocketsphinx"
    orphans = Orphans()
    with tempfile.TemporaryDirectory(prefix="cuppa-bench-") as directory:
        places = find_places(Path(directory))
        with (
            running_stack(places, port=find_free_port(), say=lambda _: None) as stack,
            httpx.Client(base_url=stack.public_url, timeout=60, trust_env=False, follow_redirects=True) as http,
        ):
            person = list_sign_ins()[0]
            phone = sign_in(http, name=person.name, address=person.address, password=PASSWORD)
            worker = next(program.pid for program in stack.supervisor.list_programs() if program.name == "media")
            yield Cuppa(http, phone, psutil.Process(worker), places, orphans)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)
