"""Celery finds tasks by strings; a string that names nothing would be noticed by nobody but the person who waits."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from api_schema.media_jobs import WAKE_TASK
from backend.jobs.app import app
from tests.architecture.imports import ROOT, list_sources


def _registered() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def _sent_by_name() -> Iterator[str]:
    """Yield the task name of every `send_task(…)` in the backend and in notifications, constants looked up."""
    for path in [*list_sources("backend"), *list_sources("notifications")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "send_task":
                first = node.args[0]
                yield str(first.value) if isinstance(first, ast.Constant) else _constant(path, ast.unparse(first))


def _constant(path: Path, name: str) -> str:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return str(getattr(importlib.import_module(module), name))


class TestTaskNames:
    def test_sent_by_the_backend_all_name_a_task(self) -> None:
        known = _registered() | {WAKE_TASK}  # the worker's own, checked in test_media_worker_isolation

        assert set(_sent_by_name()) - known == set()

    def test_of_the_beat_table_all_name_a_task(self) -> None:
        assert {entry["task"] for entry in app.conf.beat_schedule.values()} - _registered() == set()

    def test_start_with_the_package_that_owns_them(self) -> None:
        pattern = re.compile(r"(backend\.jobs|notifications)\.\w+")

        assert {name for name in _registered() if not pattern.fullmatch(name)} == set()
        assert WAKE_TASK.startswith("media_worker.")
