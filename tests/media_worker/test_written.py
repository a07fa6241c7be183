from __future__ import annotations

from pathlib import Path

import pytest

from media_worker.render.written import read_written


class TestReadWritten:
    def test_returns_what_is_there(self, tmp_path: Path) -> None:
        (tmp_path / "init.mp4").write_bytes(b"ftyp")

        assert read_written(tmp_path / "init.mp4") == b"ftyp"

    def test_reads_no_more_than_a_megabyte_of_a_file_that_fills_the_disk(self, tmp_path: Path) -> None:
        with (tmp_path / "init.mp4").open("wb") as file:
            file.truncate(4 * 1024**3)

        assert len(read_written(tmp_path / "init.mp4")) == 1024**2

    def test_says_when_there_is_nothing_yet(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            read_written(tmp_path / "index.m3u8")
