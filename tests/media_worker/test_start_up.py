"""A worker that could not do its work says so when it starts, in one sentence, and does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def start(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Load the worker's app as Celery does, in a process of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "MEDIA_BROKER_URL": "redis://127.0.0.1:1",
        "BACKEND_URL": "http://127.0.0.1:1",
        "WORKER_KEY": "a key",
        "WORK_DIR": str(tmp_path / "work"),
        "SANDBOX": "rlimits",
        **settings,
    }
    command = [sys.executable, "-c", "import media_worker.app"]
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


class TestStart:
    @pytest.mark.parametrize("has_directory", [True, False])
    def test_is_refused_when_faster_whisper_is_wanted_and_there_is_no_model(
        self, tmp_path: Path, has_directory: bool
    ) -> None:
        settings = {"WHISPER_MODEL_DIR": str(tmp_path)} if has_directory else {}

        ended = start(tmp_path, TRANSCRIBER="faster-whisper", **settings)

        assert (ended.returncode, ended.stderr.strip()) == (
            1,
            "TRANSCRIBER is faster-whisper, but WHISPER_MODEL_DIR holds no model: `make models` fetches both.",
        )

    def test_goes_on_without_a_model_when_any_engine_will_do(self, tmp_path: Path) -> None:
        ended = start(tmp_path, TRANSCRIBER="auto")

        assert (ended.returncode, ended.stderr) == (0, "")
