from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from backend.embedded.throw_away import ThrowAwayStack, end_abandoned_stacks

ROOT = Path(__file__).resolve().parents[2]

START_AND_WAIT = """
import sys
from backend.embedded.throw_away import ThrowAwayStack
stack = ThrowAwayStack.start()
print(stack.directory, flush=True)
sys.stdin.read()
"""


def _processes_under(directory: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if str(directory) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


class TestThrowAwayStack:
    def test_offers_a_real_postgresql_18_with_vectors_and_a_real_redis(self) -> None:
        stack = ThrowAwayStack.start()
        try:
            with psycopg.connect(stack.database.database_url) as connection:
                connection.execute("CREATE EXTENSION vector")
                distance = connection.execute("SELECT '[0,3]'::vector <-> '[4,0]'::vector").fetchone()
                version = connection.info.server_version
            with Redis(unix_socket_path=str(stack.broker.socket_path)) as client:
                answer = client.ping()
        finally:
            stack.stop()

        assert distance == (5.0,)
        assert version // 10_000 == 18
        assert answer is True

    def test_leaves_no_process_and_no_file(self) -> None:
        stack = ThrowAwayStack.start()

        stack.stop()

        assert _processes_under(stack.directory) == []
        assert not stack.directory.exists()

    @pytest.mark.slow
    def test_is_cleaned_up_by_the_next_start_when_its_starter_was_killed(self) -> None:
        starter = subprocess.Popen(
            [sys.executable, "-c", START_AND_WAIT], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with starter:
            assert starter.stdout
            directory = Path(starter.stdout.readline().strip())
            starter.send_signal(signal.SIGKILL)
        abandoned = _processes_under(directory)

        end_abandoned_stacks()

        assert len(abandoned) >= 2
        assert _processes_under(directory) == []
        assert not directory.exists()

    def test_survives_the_sweep_of_another_start_while_its_starter_lives(self) -> None:
        stack = ThrowAwayStack.start()
        try:
            end_abandoned_stacks()

            with psycopg.connect(stack.database.database_url) as connection:
                answer = connection.execute("SELECT 1").fetchone()
        finally:
            stack.stop()

        assert answer == (1,)
