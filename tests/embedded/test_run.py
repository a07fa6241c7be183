"""`make run` as a person meets it: one process in a terminal, an address, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from backend.embedded.checks import find_free_port
from backend.embedded.places import Places
from tests.embedded.processes import processes_of, wait_for

ROOT = Path(__file__).resolve().parents[2]
OURS = ("web", "relay", "jobs", "push", "beat", "media")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def _command(name: str, places: Places, **environment: str) -> list[str]:
    given = {"VAR_DIR": str(places.var_dir), **environment}
    return [
        "env",
        "-i",
        f"PATH={os.environ['PATH']}",
        *(f"{k}={v}" for k, v in given.items()),
        sys.executable,
        "-m",
        "backend.embedded",
        name,
    ]


def _ask(name: str, places: Places, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(name, places, **environment), cwd=ROOT, capture_output=True, text=True, check=False, timeout=90
    )


@contextmanager
def _running(places: Places, port: int) -> Iterator[subprocess.Popen[str]]:
    """Start Cuppa, yield once it printed its address, and end it if the test did not."""
    with subprocess.Popen(
        _command("run", places, PORT=str(port)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        seen = []
        for line in process.stdout:
            seen.append(line)
            if line.startswith("Ctrl-C stops it"):
                break
        assert process.poll() is None, "".join(seen)
        yield process
        if process.poll() is None:
            process.send_signal(signal.SIGINT)


def _is_healthy(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return bool(answer.status == 200)


class TestRun:
    def test_answers_at_its_address_and_leaves_no_process_after_ctrl_c(self, places: Places) -> None:
        port = find_free_port()
        with _running(places, port) as cuppa:
            healthy, working = _is_healthy(port), processes_of(places)
            cuppa.send_signal(signal.SIGINT)
            code = cuppa.wait(60)

        assert healthy is True
        assert len(working) >= 10
        assert code == 0
        assert processes_of(places) == []

    def test_starts_again_in_under_10_s_with_everything_it_stored(self, places: Places) -> None:
        port = find_free_port()
        with _running(places, port):
            first = _people_count(places)

        began = time.monotonic()
        with _running(places, port):
            took_s = time.monotonic() - began
            second = _people_count(places)

        assert first == second > 0
        assert took_s < 10

    def test_says_that_one_already_runs_on_the_same_data(self, places: Places) -> None:
        port = find_free_port()
        with _running(places, port):
            second = _ask("run", places, PORT=str(find_free_port()))

        assert second.returncode == 1
        assert second.stderr == (
            f"A Cuppa already runs on {places.var_dir} at http://127.0.0.1:{port}; stop it with `make stop`.\n"
        )

    def test_stops_from_another_terminal(self, places: Places) -> None:
        with _running(places, find_free_port()) as cuppa:
            asked = _ask("stop", places)
            code = cuppa.wait(10)

        assert (asked.returncode, asked.stdout) == (0, "Stopped.\n")
        assert code == 0
        assert processes_of(places) == []

    def test_leaves_no_process_when_it_is_killed(self, places: Places) -> None:
        with _running(places, find_free_port()) as cuppa:
            cuppa.kill()
            cuppa.wait()

            wait_for(lambda: processes_of(places) == [], timeout_s=60)

    def test_restarts_every_process_that_is_killed(self, places: Places) -> None:
        with _running(places, find_free_port()):
            killed = _pids(places)
            for name in OURS:
                os.kill(killed[name], signal.SIGKILL)

            wait_for(lambda: all(_pids(places).get(name, 0) not in {0, killed[name]} for name in OURS), timeout_s=40)


def _pids(places: Places) -> dict[str, int]:
    """Return the process id of every program that has one now."""
    listed = re.findall(r"^  (\S+) +[A-Z]+ +pid (\d+)", _ask("status", places).stdout, re.MULTILINE)
    return {name: int(pid) for name, pid in listed}


def _people_count(places: Places) -> int:
    with psycopg.connect(places.postgres.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM accounts_person").fetchone()
    assert row
    return int(row[0])


class TestRunRefused:
    def test_says_in_one_sentence_that_the_port_is_taken(self, places: Places) -> None:
        import socket

        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]

            refused = _ask("run", places, PORT=str(port))

        assert refused.returncode == 1
        assert refused.stderr.startswith(f"Port {port} is taken; choose another with `make run PORT=")
        assert refused.stderr.count("\n") == 1
        assert processes_of(places) == []

    def test_says_that_postgresql_does_not_start_and_why(self, places: Places) -> None:
        (places.postgres.data_dir).mkdir(parents=True)
        (places.postgres.data_dir / "PG_VERSION").write_text("18\n")  # a data directory with nothing in it

        refused = _ask("run", places, PORT=str(find_free_port()))

        assert refused.returncode == 1
        assert refused.stderr.startswith("PostgreSQL did not become ready within 30 s")
        assert "postgresql.conf" in refused.stderr
        assert processes_of(places) == []

    def test_says_that_nothing_runs(self, places: Places) -> None:
        stopped, listed = _ask("stop", places), _ask("status", places)

        assert (stopped.returncode, stopped.stdout) == (0, "No Cuppa is running.\n")
        assert (listed.returncode, listed.stderr) == (1, "No Cuppa is running.\n")
