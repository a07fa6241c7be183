"""The media worker parses hostile files, so it must run without anything worth stealing, and refuse to hold it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCKED = ("django", "rest_framework", "psycopg", "boto3", "botocore", "firebase_admin", "backend", "notifications")

IMPORT_EVERYTHING = f"""
import importlib, pkgutil, sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            # As if it were not installed: libraries that only look for it go on, ours would not.
            raise ModuleNotFoundError(f"{{name}} is blocked")

sys.meta_path.insert(0, Refuse())
package = importlib.import_module("media_worker")
for module in pkgutil.walk_packages(package.__path__, "media_worker."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

PRINT_TASKS = """
from media_worker.app import app
app.loader.import_default_modules()
print("\\n".join(app.tasks))
"""


def _run(code: str, work_dir: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "MEDIA_BROKER_URL": "redis://127.0.0.1:1/0",
        "BACKEND_URL": "http://127.0.0.1:1",
        "WORKER_KEY": "only-for-tests-worker-key",
        "WORK_DIR": str(work_dir),
        "TRANSCRIBER": "auto",
        **extra,
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


class TestMediaWorker:
    def test_imports_whole_without_django_drivers_or_keys(self, tmp_path: Path) -> None:
        done = _run(IMPORT_EVERYTHING, tmp_path)

        assert (done.returncode, done.stderr) == (0, "")

    def test_registers_the_task_that_the_backend_wakes_by_name(self, tmp_path: Path) -> None:
        from api_schema.media_jobs import WAKE_TASK

        done = _run(PRINT_TASKS, tmp_path)

        assert WAKE_TASK in done.stdout.splitlines(), done.stderr

    def test_refuses_to_start_when_it_sees_a_secret_of_the_backend_and_does_not_tell_it(self, tmp_path: Path) -> None:
        # Each of the names, without a process: tests/media_worker/test_config.py.
        done = _run("import media_worker.app", tmp_path, AWS_SECRET_ACCESS_KEY="an-s3-secret")

        assert done.returncode != 0
        assert "AWS_SECRET_ACCESS_KEY" in done.stderr
        assert "an-s3-secret" not in done.stderr


class TestMediaWorkerImage:
    def test_holds_the_workers_code_and_the_contracts_and_nothing_else_of_ours(self) -> None:
        copied = [line.split()[1] for line in _dockerfile() if line.startswith("COPY") and "--from" not in line]

        assert copied == ["media_worker/${REQUIREMENTS}", "api_schema", "media_worker"]

    def test_reads_hostile_files_under_bubblewrap_or_not_at_all(self) -> None:
        lines = _dockerfile()

        assert any("apt-get install" in line and " bubblewrap " in line for line in lines)
        assert any(line.startswith("ENV") and "SANDBOX=bubblewrap" in line for line in lines)

    def test_ends_as_an_account_without_rights(self) -> None:
        assert [line for line in _dockerfile() if line.startswith("USER")] == ["USER cuppa-media"]


def _dockerfile() -> list[str]:
    return (ROOT / "media_worker" / "Dockerfile").read_text().splitlines()
