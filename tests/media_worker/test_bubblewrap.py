"""What a program that a crafted clip has taken over finds in its room: nothing worth having."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import pytest

from media_worker.config import SandboxChoice, UnableToStart
from media_worker.isolation import Isolation, choose_isolation
from media_worker.sandbox import IsolationFailed
from media_worker.system_calls import refusing_filter
from tests.media_worker.confining import isolated_by, run_to_end

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def bubblewrap() -> Isolation:
    return isolated_by(SandboxChoice.BUBBLEWRAP)


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
