"""`make models`: the real client against a hub of our own that serves a tiny model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from media_worker.speech.whisper_engine import find_model

REPOSITORY = Path(__file__).parents[2]
MODEL = {"config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.json": b"[]", "model.bin": b"weights" * 1_000}
FILES = {**MODEL, "README.md": b"# Tiny"}
COMMIT = "c" * 40


class Hub(BaseHTTPRequestHandler):
    """What the model hub answers for one repository, and that it has no other."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        place = self.path.partition("?")[0]
        if "Systran/faster-whisper-tiny" not in place:
            self._answer(None)
        elif "/tree/" in place:
            self._answer(json.dumps([_listed(name, content) for name, content in FILES.items()]).encode())
        elif "/revision/" in place:
            names = [{"rfilename": name} for name in FILES]
            self._answer(json.dumps({"id": "tiny", "sha": COMMIT, "siblings": names}).encode())
        else:
            self._answer(FILES.get(place.rpartition("/")[2]))

    do_HEAD = do_GET  # noqa: N815 - named by http.server

    def _answer(self, content: bytes | None) -> None:
        self.send_response(HTTPStatus.NOT_FOUND if content is None else HTTPStatus.OK)
        content = content or b""
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{sha256(content).hexdigest()}"')
        if not content:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def _listed(name: str, content: bytes) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(content), "oid": sha256(content).hexdigest()}


@pytest.fixture
def hub_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def fetch(name: str, directory: Path, hub_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "media_worker.models", name, str(directory)],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "HF_ENDPOINT": hub_url, "HF_HOME": str(directory.parent / "hub")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestFetchModel:
    def test_lays_the_whole_model_where_a_worker_finds_it(self, hub_url: str, tmp_path: Path) -> None:
        done = fetch("tiny", tmp_path / "models", hub_url)

        assert done.returncode == 0, done.stderr
        assert find_model(tmp_path / "models") == tmp_path / "models" / "tiny"
        assert {name: (tmp_path / "models" / "tiny" / name).read_bytes() for name in MODEL} == MODEL
        assert not (tmp_path / "models" / "tiny" / "README.md").exists()

    def test_fetches_nothing_twice(self, hub_url: str, tmp_path: Path) -> None:
        (tmp_path / "models" / "small").mkdir(parents=True)

        done = fetch("small", tmp_path / "models", "http://127.0.0.1:9")

        assert done.returncode == 0

    def test_says_in_one_sentence_that_there_is_no_network(self, tmp_path: Path) -> None:
        done = fetch("tiny", tmp_path / "models", "http://127.0.0.1:9")

        assert done.returncode == 1
        assert done.stderr.endswith("The model 'tiny' could not be fetched; is this machine online?\n")
        assert "Traceback" not in done.stderr
        assert find_model(tmp_path / "models") is None

    def test_says_in_one_sentence_that_there_is_no_such_model(self, hub_url: str, tmp_path: Path) -> None:
        done = fetch("enormous", tmp_path / "models", hub_url)

        assert done.returncode == 1
        assert done.stderr.endswith("There is no model 'enormous'; known ones are tiny, base, small and medium.\n")
        assert "Traceback" not in done.stderr
