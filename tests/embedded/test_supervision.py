"""The servers under their supervisor: what happens when one, or whoever started them, is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from backend.embedded import postgres, redis, stack
from backend.embedded.left_overs import end_left_overs
from backend.embedded.places import Places
from backend.embedded.programs import server_programs
from backend.embedded.supervisor import Supervisor
from tests.embedded.processes import processes_of, wait_for

ROOT = Path(__file__).resolve().parents[2]

START_SERVERS_AND_WAIT = """
import sys, time
from pathlib import Path
from backend.embedded.places import find_places
from tests.embedded.test_supervision import running_servers
with running_servers(find_places(Path(sys.argv[1]))):
    print("started", flush=True)
    time.sleep(600)
"""


@contextmanager
def running_servers(places: Places) -> Iterator[Supervisor]:
    postgres.prepare(places.postgres)
    redis.prepare(places.redis)
    redis.prepare(places.media_redis)
    programs = server_programs(places)
    with stack.supervised(places, programs):
        supervisor = Supervisor(places.supervisor_socket)
        supervisor.start(program.name for program in programs)
        postgres.wait_until_ready(places.postgres)
        redis.wait_until_ready(places.redis)
        yield supervisor


def _broker(places: Places) -> Redis:
    return Redis(unix_socket_path=str(places.redis.socket_path))


class TestSupervisor:
    def test_restarts_what_is_killed_with_everything_it_was_told_and_leaves_no_process(self, places: Places) -> None:
        with running_servers(places) as supervisor:
            wait_for(lambda: {program.state for program in supervisor.list_programs()} == {"RUNNING"})
            names = {program.name for program in supervisor.list_programs()}
            with _broker(places) as client, psycopg.connect(places.postgres.database_url) as connection:
                client.rpush("jobs", *range(1000))
                connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")

            _kill_redis(places)
            _kill_postgresql(places)

            with _broker(places) as client, psycopg.connect(places.postgres.database_url) as connection:
                assert client.llen("jobs") == 1000
                assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
            before = processes_of(places)
            stack.stop(places)
            after = processes_of(places)

        assert names == {"postgres", "redis", "media-redis", "guard"}
        assert len(before) >= 5
        assert after == []


def _kill_redis(places: Places) -> None:
    written = places.redis.data_dir / "redis.pid"
    killed = int(written.read_text())
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: written.read_text().strip() not in {"", str(killed)})
    redis.wait_until_ready(places.redis)


def _kill_postgresql(places: Places) -> None:
    killed = int((places.postgres.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(killed))
    postgres.wait_until_ready(places.postgres)


class TestKilledStarter:
    def test_takes_the_servers_with_it(self, places: Places) -> None:
        starter = _start_in_a_process_of_its_own(places)
        assert len(processes_of(places)) >= 5

        starter.kill()
        starter.wait()

        wait_for(lambda: processes_of(places) == [])

    @pytest.mark.slow
    def test_is_cleaned_up_after_by_the_next_start_when_the_guard_was_killed_too(self, places: Places) -> None:
        starter = _start_in_a_process_of_its_own(places)
        supervisor_pid = int((places.run_dir / "supervisord.pid").read_text())
        guard = next(process for process in processes_of(places) if "backend.embedded.guard" in process.cmdline())
        for pid in (supervisor_pid, guard.pid, starter.pid):
            os.kill(pid, signal.SIGKILL)
        starter.wait()

        found = end_left_overs(places)

        assert found is True
        assert processes_of(places) == []


def _start_in_a_process_of_its_own(places: Places) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", START_SERVERS_AND_WAIT, str(places.var_dir)]
    starter = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    with starter.stdout:
        assert starter.stdout.readline() == "started\n"
    return starter
