from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from celery import Celery
from pytest_django import Settings

from backend.doctor import parts
from backend.integrations.object_store import _open_store


class TestExamineBrokers:
    def test_names_the_one_that_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parts, "media_app", Celery(broker="redis://127.0.0.1:1", set_as_current=False))

        findings, media_workers_count = parts.examine_brokers()

        said = {finding.about: finding.says for finding in findings}
        assert said["media broker"].startswith("The media broker does not answer: Error 111 connecting to 127.0.0.1:1")
        assert said["workers"] == "No worker listens to the queue push."
        assert media_workers_count is None

    def test_waits_for_a_worker_that_is_starting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parts, "PATIENCE_S", 60.0)
        starting = iter([Counter(), Counter(push=1), Counter(jobs=2, push=1)])
        monkeypatch.setattr(parts, "count_listeners", lambda _app: next(starting))

        assert parts._listeners(Celery(set_as_current=False), ("jobs", "push")) == {"jobs": 2, "push": 1}


class TestExamineObjectStore:
    def test_is_content_before_the_first_object_makes_its_directory(self, settings: Settings, tmp_path: Path) -> None:
        settings.OBJECT_STORE = f"dir:{tmp_path / 'not' / 'yet'}"

        assert parts.examine_object_store().level == "fine"

    def test_names_a_bucket_that_is_away(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "only-for-tests")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-tests")
        settings.OBJECT_STORE, settings.S3_ENDPOINT_URL = "s3://clips", "http://127.0.0.1:1"
        _open_store.cache_clear()

        finding = parts.examine_object_store()

        assert (finding.level, finding.about) == ("wrong", "object store")
        assert finding.says.startswith("The object store does not answer: Could not connect to the endpoint URL")
        _open_store.cache_clear()


class TestExamineDisks:
    def test_complains_before_clips_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parts, "NEEDED_FREE_BYTES", 2**60)

        findings = list(parts.examine_disks())

        assert {finding.level for finding in findings} == {"wrong"}
        assert findings[0].says.startswith("Only ")
