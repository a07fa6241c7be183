from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from media_worker.config import TranscriberChoice, UnableToStart, read_config, read_sandbox_choice

REPOSITORY = Path(__file__).parents[2]
ENOUGH = {
    "MEDIA_BROKER_URL": "redis://127.0.0.1:1",
    "BACKEND_URL": "http://127.0.0.1:8000/",
    "WORKER_KEY": "key",
    "WORK_DIR": "work",
}
SECRETS = [
    "DATABASE_URL", "SECRET_KEY", "BROKER_URL", "OBJECT_STORE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    "S3_ENDPOINT_URL", "FIREBASE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "PGPASSWORD", "PGPASSFILE",
    "POSTGRES_PASSWORD",
]  # fmt: skip


class TestReadConfig:
    def test_takes_what_it_needs(self) -> None:
        config = read_config({**ENOUGH, "TRANSCRIBER": "pocketsphinx"})

        assert config.backend_url == "http://127.0.0.1:8000"
        assert config.work_dir.is_absolute()
        assert config.transcriber is TranscriberChoice.POCKETSPHINX
        assert config.whisper_model_dir is None

    @pytest.mark.parametrize("name", SECRETS)
    def test_refuses_to_see_a_secret_of_the_backend(self, name: str) -> None:
        with pytest.raises(UnableToStart, match=rf"\b{name}\b"):
            read_config({**ENOUGH, name: "secret"})

    @pytest.mark.parametrize("name", sorted(ENOUGH))
    def test_names_the_setting_that_is_missing(self, name: str) -> None:
        with pytest.raises(UnableToStart, match=name):
            read_config({**ENOUGH, name: ""})

    def test_names_the_transcribers_it_knows(self) -> None:
        with pytest.raises(UnableToStart, match="auto, pocketsphinx, faster-whisper"):
            read_config({**ENOUGH, "TRANSCRIBER": "magic"})

    def test_names_the_sandboxes_it_knows(self) -> None:
        with pytest.raises(UnableToStart, match="auto, bubblewrap, rlimits"):
            read_sandbox_choice({"SANDBOX": "none"})


class TestStart:
    def test_ends_with_one_sentence_when_it_sees_a_secret(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "media_worker.app", "worker"]

        ended = subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**ENOUGH, "DATABASE_URL": "secret"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert ended.returncode != 0
        assert ended.stderr.strip().splitlines() == [
            "The media worker reads hostile files and must not see DATABASE_URL: remove it to start."
        ]

    def test_ends_with_one_sentence_when_it_must_have_bubblewrap_and_there_is_none(self, tmp_path: Path) -> None:
        ended = subprocess.run(
            [sys.executable, "-m", "celery", "-A", "media_worker.app", "worker"],
            cwd=REPOSITORY,
            env={**ENOUGH, "SANDBOX": "bubblewrap", "PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert ended.returncode != 0
        assert ended.stderr.strip().splitlines() == [
            "SANDBOX is bubblewrap, which does not work here, so no hostile file is read: bubblewrap is not installed"
        ]

    def test_needs_no_django_no_database_driver_and_no_cloud_library(self) -> None:
        program = (
            "import importlib, pkgutil, sys\n"
            "class Blocked:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        if name.split('.')[0] in {'django', 'psycopg', 'boto3', 'firebase_admin', 'backend'}:\n"
            "            raise ImportError(f'{name} is not for the media worker')\n"
            "sys.meta_path.insert(0, Blocked())\n"
            "import media_worker\n"
            "for module in pkgutil.walk_packages(media_worker.__path__, 'media_worker.'):\n"
            "    if not module.name.endswith(('__main__', 'confine')):\n"
            "        importlib.import_module(module.name)\n"
            "print('imported')\n"
        )

        ended = subprocess.run(
            [sys.executable, "-c", program],
            cwd=REPOSITORY,
            env={**ENOUGH, "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )

        assert ended.stdout == "imported\n", ended.stderr
