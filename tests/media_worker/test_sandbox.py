"""Programs that misbehave: each is killed with everything it started, with bubblewrap and without it."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from media_worker.config import SandboxChoice, UnableToStart
from media_worker.isolation import Isolation, choose_isolation
from media_worker.sandbox import Confinement, IsolationFailed, OutOfTime, confined
from media_worker.system_calls import refusing_filter
from media_worker.workspace import private_directory, remove_left_overs

REPOSITORY = Path(__file__).parents[2]
ROOMY = Confinement(cpu_s=60, wall_clock_s=30, stall_s=30, file_bytes=1024**2)


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


@pytest.fixture(params=list(SandboxChoice)[1:])
def isolation(request: pytest.FixtureRequest) -> Isolation:
    return isolated_by(request.param)


@pytest.fixture
def bubblewrap() -> Isolation:
    return isolated_by(SandboxChoice.BUBBLEWRAP)


def isolated_by(choice: SandboxChoice) -> Isolation:
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


class TestConfined:
    def test_kills_the_whole_group_when_nothing_moves(self, tmp_path: Path, isolation: Isolation) -> None:
        program = (
            "import subprocess, sys, time\n"
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]])\n"
            "open('started', 'w').close()\n"
            "time.sleep(60)\n"
        )
        confinement = Confinement(cpu_s=60, wall_clock_s=30, stall_s=1.5, file_bytes=1024**2)

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


class TestConfinedByBubblewrap:
    def test_opens_no_connection(self, tmp_path: Path, bubblewrap: Isolation) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.2)
            address = listener.getsockname()

            status, _ = run_to_end(f"import socket; socket.create_connection({address})", tmp_path, bubblewrap)

            assert status == 1
            with pytest.raises(TimeoutError):
                listener.accept()

    def test_sees_no_file_but_its_own(self, tmp_path: Path, bubblewrap: Isolation) -> None:
        directory, next_door = tmp_path / "job", tmp_path / "next-door"
        directory.mkdir()
        next_door.write_text("secret")
        wanted = [
            "/etc/passwd",
            "/proc",
            "/home",
            "/var",
            "/work/main/backend",
            str(next_door),
            str(REPOSITORY / "backend"),
        ]

        _, lines = run_to_end(
            f"import os; print([path for path in {wanted} if os.path.exists(path)], os.listdir())",
            directory,
            bubblewrap,
        )

        assert lines == ["[] []\n"]

    def test_writes_nowhere_but_into_its_directory(self, tmp_path: Path, bubblewrap: Isolation) -> None:
        program = (
            "import os, sys\n"
            "for directory in ('/', sys.prefix, sys.base_prefix, '/usr/lib', '/tmp/..'):\n"
            "    try:\n"
            "        open(directory + '/written', 'w').close()\n"
            "        print(directory)\n"
            "    except OSError:\n"
            "        pass\n"
            "open('written', 'w').close()\n"
        )

        status, lines = run_to_end(program, tmp_path, bubblewrap)

        assert (status, lines) == (0, [])
        assert [path.name for path in tmp_path.iterdir()] == ["written"]

    def test_has_a_small_directory_for_passing_files_that_is_gone_afterwards(
        self, tmp_path: Path, bubblewrap: Isolation
    ) -> None:
        program = (
            "import itertools\n"
            "try:\n"
            "    for number in itertools.count():\n"
            "        open(f'/tmp/cuppa-passing-{number}', 'wb').write(bytes(1024 ** 2))\n"
            "except OSError:\n"
            "    print(number)\n"
        )

        _, lines = run_to_end(program, tmp_path, bubblewrap)

        assert lines == ["16\n"]
        assert not list(Path("/tmp").glob("cuppa-passing-*"))

    def test_leaves_nothing_behind_that_leads_the_worker_elsewhere(self, tmp_path: Path, bubblewrap: Isolation) -> None:
        program = (
            "import os, socket\n"
            "open('file', 'w').close()\n"
            "os.mkdir('directory')\n"
            "os.rename('file', 'directory/renamed')\n"
            "for reach in (\n"
            "    lambda: os.symlink('/proc/self/environ', 'link'),\n"
            "    lambda: os.link('directory/renamed', 'hard'),\n"
            "    lambda: os.mkfifo('pipe'),\n"
            "    lambda: os.mknod('node'),\n"
            "    lambda: socket.socket(socket.AF_UNIX),\n"
            "):\n"
            "    try:\n"
            "        reach()\n"
            "    except PermissionError:\n"
            "        print('refused')\n"
        )

        status, lines = run_to_end(program, tmp_path, bubblewrap)

        assert (status, lines) == (0, ["refused\n"] * 5)
        assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
            "directory",
            "directory/renamed",
        ]

    def test_sees_no_other_process(self, tmp_path: Path, bubblewrap: Isolation) -> None:
        status, _ = run_to_end(f"import os; os.kill({os.getpid()}, 0)", tmp_path, bubblewrap)

        assert status == 1

    def test_blames_the_machine_when_there_is_no_room_to_be_had(self, tmp_path: Path) -> None:
        broken = bubblewrap_that_says(tmp_path, "bwrap: No permissions to create new namespace")

        with pytest.raises(IsolationFailed, match="No permissions"):
            run_to_end("", tmp_path, Isolation(str(broken)))


class TestChooseIsolation:
    def test_takes_bubblewrap_where_it_works(self, bubblewrap: Isolation) -> None:
        assert choose_isolation(SandboxChoice.AUTO) == bubblewrap

    def test_does_without_when_told_so(self) -> None:
        assert choose_isolation(SandboxChoice.RLIMITS).bubblewrap is None

    def test_tells_what_keeps_it_from_working(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        bubblewrap_that_says(tmp_path, "bwrap: No permissions to create new namespace")
        monkeypatch.setenv("PATH", str(tmp_path))

        assert choose_isolation(SandboxChoice.AUTO) == Isolation(None, "bwrap: No permissions to create new namespace")
        with pytest.raises(UnableToStart, match=r"no hostile file is read: bwrap: No permissions"):
            choose_isolation(SandboxChoice.BUBBLEWRAP)


class TestRefusingFilter:
    @pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
    def test_jumps_to_its_last_instruction_and_never_beyond(self, machine: str) -> None:
        instructions = list(struct.iter_unpack("=HBBI", refusing_filter(machine)))

        jumps = [(place, yes) for place, (code, yes, _, _) in enumerate(instructions) if code in {0x15, 0x35}]

        assert {place + 1 + yes for place, yes in jumps[1:]} == {len(instructions) - 1}
        assert instructions[-1][3] == 0x00050001  # EPERM

    def test_is_empty_where_the_numbers_are_not_known(self) -> None:
        assert refusing_filter("vax") == b""


def bubblewrap_that_says(directory: Path, complaint: str) -> Path:
    program = directory / "bwrap"
    program.write_text(f"#!/bin/sh\necho '{complaint}' >&2\nexit 1\n")
    program.chmod(0o755)
    return program


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
