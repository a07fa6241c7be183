"""
One contract, held by the local directory and by S3 over HTTP.

Who may not follow a link is tested in `test_local_objects.py`: S3 checks its signatures itself, and moto does not.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api_schema.ids import uuid7
from backend.integrations.object_keys import UnsafeKey
from backend.integrations.object_store import ObjectStore

MINUTE = timedelta(minutes=1)


@pytest.fixture
def key() -> str:
    return f"originals/{uuid7()}/clip.mp4"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(256)) * 40)
    return path


class TestPutFile:
    def test_stores_the_bytes_and_keeps_the_file(self, store: ObjectStore, key: str, film: Path) -> None:
        store.put_file(key, path=film, content_type="video/mp4")

        assert store.head(key) == 10_240
        with store.open(key) as stored:
            assert stored.read() == film.read_bytes()

    def test_replaces_what_was_there(self, store: ObjectStore, key: str, film: Path) -> None:
        store.put_file(key, path=film, content_type="video/mp4")
        film.unlink()
        film.write_bytes(b"another take")

        store.put_file(key, path=film, content_type="video/mp4")

        with store.open(key) as stored:
            assert stored.read() == b"another take"


class TestPresignedGet:
    def test_lets_anybody_read_with_the_asked_content_type(self, store: ObjectStore, key: str, film: Path) -> None:
        store.put_file(key, path=film, content_type="application/octet-stream")

        answer = httpx.get(store.presigned_get(key, expires_in=MINUTE, content_type="video/mp4"))

        assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
        assert answer.content == film.read_bytes()

    def test_serves_byte_ranges(self, store: ObjectStore, key: str, film: Path) -> None:
        store.put_file(key, path=film, content_type="video/mp4")

        answer = httpx.get(store.presigned_get(key, expires_in=MINUTE), headers={"Range": "bytes=256-258"})

        assert (answer.status_code, answer.content) == (206, b"\x00\x01\x02")
        assert answer.headers["content-range"] == "bytes 256-258/10240"

    def test_names_the_file_for_saving(self, store: ObjectStore, key: str, film: Path) -> None:
        store.put_file(key, path=film, content_type="video/mp4")

        answer = httpx.get(store.presigned_get(key, expires_in=MINUTE, filename="E4.mp4"))

        assert answer.headers["content-disposition"] == 'attachment; filename="E4.mp4"'

    def test_says_404_when_there_is_no_object(self, store: ObjectStore, key: str) -> None:
        answer = httpx.get(store.presigned_get(key, expires_in=MINUTE))

        assert answer.status_code == 404


class TestPresignedPut:
    def test_lets_anybody_write_that_object(self, store: ObjectStore, key: str) -> None:
        answer = httpx.put(store.presigned_put(key, expires_in=MINUTE), content=b"segment")

        assert answer.status_code == 200
        with store.open(key) as stored:
            assert stored.read() == b"segment"


class TestHead:
    def test_is_none_when_there_is_no_object(self, store: ObjectStore, key: str) -> None:
        assert store.head(key) is None


class TestOpen:
    @pytest.mark.parametrize("begin_at", [0, 1, 5])
    def test_begins_anywhere(self, store: ObjectStore, key: str, film: Path, begin_at: int) -> None:
        store.put_file(key, path=film, content_type="video/mp4")

        with store.open(key, begin_at=begin_at) as stored:
            assert stored.read() == film.read_bytes()[begin_at:]

    def test_fails_when_there_is_no_object(self, store: ObjectStore, key: str) -> None:
        with pytest.raises(FileNotFoundError):
            store.open(key)


class TestDelete:
    def test_removes_the_object_and_may_be_repeated(self, store: ObjectStore, key: str, film: Path) -> None:
        store.put_file(key, path=film, content_type="video/mp4")

        store.delete(key)
        store.delete(key)

        assert store.head(key) is None


class TestListKeys:
    def test_finds_every_object_of_a_folder_and_no_other(self, store: ObjectStore, film: Path) -> None:
        folder = f"clips/{uuid7()}"
        for key in (f"{folder}/a/init.mp4", f"{folder}/a/v240/0.m4s", f"{folder}/ab/init.mp4"):
            store.put_file(key, path=film, content_type="video/mp4")

        assert sorted(store.list_keys(f"{folder}/a/")) == [f"{folder}/a/init.mp4", f"{folder}/a/v240/0.m4s"]

    def test_finds_nothing_where_nothing_is(self, store: ObjectStore) -> None:
        assert list(store.list_keys(f"clips/{uuid7()}/")) == []

    @pytest.mark.parametrize("unsafe", ["", "/", "clips", "../", "clips/../", "clips//"])
    def test_looks_into_no_more_than_a_folder(self, store: ObjectStore, unsafe: str) -> None:
        with pytest.raises(UnsafeKey):
            store.list_keys(unsafe)


class TestKeys:
    @pytest.mark.parametrize(
        "unsafe",
        ["", "/etc/passwd", "../secret", "a/../b", "a//b", "a/", ".hidden", "a b", "a\x00b", "a\nb", "é", "x" * 301],
    )
    def test_that_leave_their_folder_or_need_quoting_are_refused(self, store: ObjectStore, unsafe: str) -> None:
        with pytest.raises(UnsafeKey):
            store.presigned_put(unsafe, expires_in=MINUTE)
        with pytest.raises(UnsafeKey):
            store.head(unsafe)
