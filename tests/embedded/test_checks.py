from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backend.embedded import checks
from backend.embedded.failure import UnableToStart
from backend.embedded.places import Places, find_places

ROOT = Path(__file__).resolve().parents[2]


class TestChoosePort:
    def test_is_8000_when_nobody_asks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("PORT", raising=False)

        assert checks.chosen_port() == 8000

    @pytest.mark.parametrize("wrong", ["web", "0", "65536", "-1", "80 80"])
    def test_says_in_one_sentence_what_a_port_is(self, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
        monkeypatch.setenv("PORT", wrong)

        with pytest.raises(UnableToStart) as refused:
            checks.chosen_port()

        assert str(refused.value) == f"PORT must be a number from 1 to 65535, not {wrong!r}."


class TestCheckPort:
    def test_names_a_free_port_when_the_chosen_one_is_taken(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]

            with pytest.raises(UnableToStart) as refused:
                checks.check_port(port)

        sentence = re.fullmatch(r"Port (\d+) is taken; choose another with `make run PORT=(\d+)`\.", str(refused.value))
        assert sentence
        assert int(sentence[1]) == port
        checks.check_port(int(sentence[2]))


class TestCheckDisk:
    def test_says_what_is_free_what_is_needed_and_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(UnableToStart) as refused:
            checks.check_disk(tmp_path, needed_bytes=2**60)

        assert re.fullmatch(
            rf"Only \d+ MiB are free where {re.escape(str(tmp_path))} is and Cuppa needs {2**40};"
            r" make room, or set VAR_DIR to a directory on a larger disk\.",
            str(refused.value),
        )


class TestFindPlaces:
    def test_keeps_sockets_near_the_data_when_the_path_is_short_enough(self, places: Places) -> None:
        assert places.socket_dir == places.var_dir / "run"

    def test_keeps_sockets_in_a_short_place_of_its_own_when_the_path_is_too_long(self, tmp_path: Path) -> None:
        deep = tmp_path / ("d" * 60) / ("e" * 60)

        places, again = find_places(deep), find_places(deep)

        assert places.socket_dir == again.socket_dir
        assert len(str(places.postgres.socket_dir / ".s.PGSQL.5432")) <= 100
        places.socket_dir.rmdir()

    def test_says_so_when_the_directory_cannot_be_made(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_text("")

        with pytest.raises(UnableToStart, match=r"cannot be written: Not a directory\."):
            find_places(file / "var")


class TestBootstrap:
    def test_says_in_one_sentence_that_python_is_too_old(self) -> None:
        pretend = "import sys; sys.version_info = (3, 9, 2); sys.argv = ['bootstrap', 'x']; import runpy; "
        run = "runpy.run_path('backend/embedded/bootstrap.py', run_name='__main__')"

        done = subprocess.run(
            [sys.executable, "-c", pretend + run], cwd=ROOT, capture_output=True, text=True, check=False
        )

        assert done.returncode == 1
        assert done.stderr == (
            "Cuppa needs Python 3.11 or newer, this is 3.9; name another: make run PYTHON=python3.11\n"
        )
