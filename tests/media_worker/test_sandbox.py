"""Programs that misbehave: each is killed with everything it started, with bubblewrap and without it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from media_worker.config import SandboxChoice
from media_worker.isolation import Isolation
from media_worker.sandbox import Confinement, OutOfTime, confined
from media_worker.workspace import private_directory, remove_left_overs
from tests.media_worker.confining import ROOMY, isolated_by, left_running, python, run_to_end

REPOSITORY = Path(__file__).parents[2]


# Confines a program that says in the directory that it runs, and waits for it. SANDBOX says how.
WORKER_AT_WORK = """
import sys
from pathlib import Path
from media_worker.sandbox import Confinement, confined

directory = Path(sys.argv[1])
limits = Confinement(cpu_s=60, wall_clock_s=60, stall_s=60, file_bytes=1024)
command = [sys.executable, "-c", "import time; open('running', 'w').close(); time.sleep(60)", str(directory)]
with confined(command, directory=directory, confinement=limits, on_line=print) as running:
    running.wait(60)
"""


@pytest.fixture(params=[SandboxChoice.BUBBLEWRAP, SandboxChoice.RLIMITS])
def isolation(request: pytest.FixtureRequest) -> Isolation:
    return isolated_by(request.param)


class TestConfined:
    def test_kills_the_whole_group_when_nothing_moves(self, tmp_path: Path, isolation: Isolation) -> None:
        program = (
            "import subprocess, sys, time\n"
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]])\n"
            "open('started', 'w').close()\n"
            "time.sleep(60)\n"
        )
        confinement = Confinement(cpu_s=60, wall_clock_s=30, stall_s=2.5, file_bytes=1024**2)

        with pytest.raises(OutOfTime, match="no progress"):
            run_to_end(program, tmp_path, isolation, confinement)

        assert (tmp_path / "started").exists()
        assert left_running(tmp_path) == []

    def test_kills_what_runs_past_its_wall_clock_however_busy_it_looks(
        self, tmp_path: Path, isolation: Isolation
    ) -> None:
        confinement = Confinement(cpu_s=60, wall_clock_s=0.5, stall_s=30, file_bytes=1024**2)

        with pytest.raises(OutOfTime, match="too long"):
            run_to_end("while True: print('busy')", tmp_path, isolation, confinement)

        assert left_running(tmp_path) == []

    def test_ends_what_uses_up_its_cpu_time(self, tmp_path: Path, isolation: Isolation) -> None:
        confinement = Confinement(cpu_s=1, wall_clock_s=30, stall_s=30, file_bytes=1024**2)

        with pytest.raises(OutOfTime, match="CPU"):
            run_to_end("while True: pass", tmp_path, isolation, confinement)

    def test_refuses_more_memory_than_allowed(self, tmp_path: Path, isolation: Isolation) -> None:
        confinement = Confinement(
            cpu_s=60, wall_clock_s=30, stall_s=30, file_bytes=1024**2, address_space_bytes=256 * 1024**2
        )

        status, _ = run_to_end("bytearray(512 * 1024 ** 2)", tmp_path, isolation, confinement)

        assert status == 1

    def test_refuses_files_larger_than_allowed(self, tmp_path: Path, isolation: Isolation) -> None:
        run_to_end("open('large', 'wb').write(b'0' * 4 * 1024 ** 2)", tmp_path, isolation)

        assert (tmp_path / "large").stat().st_size == 1024**2

    def test_shows_nothing_of_the_workers_environment(
        self, tmp_path: Path, isolation: Isolation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WORKER_KEY", "secret")

        _, lines = run_to_end("import os; print(sorted({*os.environ} - {'PWD'}))", tmp_path, isolation)

        assert lines == ["['LC_ALL']\n"]

    def test_hands_over_a_line_without_end_in_pieces(self, tmp_path: Path, isolation: Isolation) -> None:
        _, lines = run_to_end("import sys; sys.stdout.write('x' * 20 * 1024 ** 2)", tmp_path, isolation)

        assert [len(line) for line in lines] == [16 * 1024**2, 4 * 1024**2]

    def test_tells_by_which_signal_a_program_fell(self, tmp_path: Path, isolation: Isolation) -> None:
        status, _ = run_to_end("import os; os.abort()", tmp_path, isolation)

        assert status == -signal.SIGABRT

    def test_leaves_nothing_running_when_its_caller_gives_up(self, tmp_path: Path, isolation: Isolation) -> None:
        said: list[str] = []

        with confined(
            python("import time; print('running', flush=True); time.sleep(60)", tmp_path),
            directory=tmp_path, confinement=ROOMY, on_line=said.append, isolation=isolation,
        ) as running:  # fmt: skip
            while not said:
                running.wait(0.05)

        assert left_running(tmp_path) == []

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent was killed")
    def test_dies_with_a_worker_that_is_killed(self, tmp_path: Path, isolation: Isolation) -> None:
        choice = SandboxChoice.BUBBLEWRAP if isolation.bubblewrap else SandboxChoice.RLIMITS
        environment = {**os.environ, "SANDBOX": choice}
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER_AT_WORK, str(tmp_path)], cwd=REPOSITORY, env=environment
        )
        while not (tmp_path / "running").exists():
            time.sleep(0.05)

        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

        assert left_running(tmp_path) == []


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
