"""Programs that misbehave: each is killed with everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from media_worker.sandbox import Confinement, OutOfTime, confined
from media_worker.workspace import private_directory, remove_left_overs

REPOSITORY = Path(__file__).parents[2]
ROOMY = Confinement(cpu_s=60, wall_clock_s=30, stall_s=30, file_bytes=1024**2)


# Confines a program that writes its process id into the directory, and waits for it.
WORKER_AT_WORK = """
import sys
from pathlib import Path
from media_worker.sandbox import Confinement, confined

program = "import os, time; open('new', 'w').write(str(os.getpid())); os.rename('new', 'pid'); time.sleep(60)"
limits = Confinement(cpu_s=60, wall_clock_s=60, stall_s=60, file_bytes=1024)
command = [sys.executable, "-c", program]
with confined(command, directory=Path(sys.argv[1]), confinement=limits, on_line=print) as running:
    running.wait(60)
"""


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def run_to_end(program: str, directory: Path, confinement: Confinement) -> tuple[int | None, list[str]]:
    lines: list[str] = []
    with confined(python(program), directory=directory, confinement=confinement, on_line=lines.append) as running:
        while (status := running.poll()) is None:
            running.wait(0.05)
    return status, lines


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


class TestConfined:
    def test_kills_the_whole_group_when_nothing_moves(self, tmp_path: Path) -> None:
        program = (
            "import subprocess, sys, time\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
            "open('child', 'w').write(str(child.pid))\n"
            "time.sleep(60)\n"
        )
        confinement = Confinement(cpu_s=60, wall_clock_s=30, stall_s=1.0, file_bytes=1024**2)

        with pytest.raises(OutOfTime, match="no progress"):
            run_to_end(program, tmp_path, confinement)

        assert not is_alive(int((tmp_path / "child").read_text()))

    def test_kills_what_runs_past_its_wall_clock_however_busy_it_looks(self, tmp_path: Path) -> None:
        confinement = Confinement(cpu_s=60, wall_clock_s=0.5, stall_s=30, file_bytes=1024**2)

        with pytest.raises(OutOfTime, match="too long"):
            run_to_end("while True: print('busy')", tmp_path, confinement)

    def test_ends_what_uses_up_its_cpu_time(self, tmp_path: Path) -> None:
        confinement = Confinement(cpu_s=1, wall_clock_s=30, stall_s=30, file_bytes=1024**2)

        with pytest.raises(OutOfTime, match="CPU"):
            run_to_end("while True: pass", tmp_path, confinement)

    def test_refuses_more_memory_than_allowed(self, tmp_path: Path) -> None:
        confinement = Confinement(
            cpu_s=60, wall_clock_s=30, stall_s=30, file_bytes=1024**2, address_space_bytes=256 * 1024**2
        )

        status, _ = run_to_end("bytearray(512 * 1024 ** 2)", tmp_path, confinement)

        assert status == 1

    def test_refuses_files_larger_than_allowed(self, tmp_path: Path) -> None:
        run_to_end("open('large', 'wb').write(b'0' * 4 * 1024 ** 2)", tmp_path, ROOMY)

        assert (tmp_path / "large").stat().st_size == 1024**2

    def test_shows_nothing_of_the_workers_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WORKER_KEY", "secret")

        _, lines = run_to_end("import os; print(sorted(os.environ))", tmp_path, ROOMY)

        assert lines == ["['LC_ALL']\n"]

    def test_leaves_nothing_running_when_its_caller_gives_up(self, tmp_path: Path) -> None:
        with confined(
            python("import os, time; print(os.getpid(), flush=True); time.sleep(60)"),
            directory=tmp_path, confinement=ROOMY, on_line=lambda line: pids.append(int(line)),
        ) as running:  # fmt: skip
            pids: list[int] = []
            while not pids:
                running.wait(0.05)

        assert not is_alive(pids[0])

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent was killed")
    def test_dies_with_a_worker_that_is_killed(self, tmp_path: Path) -> None:
        worker = subprocess.Popen([*python(WORKER_AT_WORK), str(tmp_path)], cwd=REPOSITORY)
        while not (tmp_path / "pid").exists():
            time.sleep(0.05)
        pid = int((tmp_path / "pid").read_text())

        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

        deadline = time.monotonic() + 5
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_alive(pid)


class TestPrivateDirectory:
    def test_belongs_to_one_job_and_is_gone_afterwards(self, tmp_path: Path) -> None:
        with private_directory(tmp_path) as directory:
            (directory / "source").write_bytes(b"footage")
            assert directory.stat().st_mode & 0o777 == 0o700

        assert list(tmp_path.iterdir()) == []

    def test_removes_what_killed_workers_left_and_nothing_that_is_in_use(self, tmp_path: Path) -> None:
        (tmp_path / "job-left-over").mkdir()
        (tmp_path / "job-left-over" / "source").write_bytes(b"footage")

        with private_directory(tmp_path) as directory:
            removed = remove_left_overs(tmp_path)

            assert removed == 1
            assert directory.exists()
        assert list(tmp_path.iterdir()) == []
