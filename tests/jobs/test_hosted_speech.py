"""With Amazon Transcribe, media workers are woken for renders only."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from api_schema.events import MediaJobQueued
from api_schema.media_jobs import JobKind
from backend.domain.accounts.models import Person
from backend.integrations.local_store import LocalStore
from backend.jobs import handlers
from tests.domain.clips.worker import Worker, job_of, received_clip


@pytest.mark.django_db
@pytest.mark.parametrize(("is_hosted", "woken"), [(True, ["render"]), (False, ["render", "transcribe"])])
def test_wakes_a_worker_for_what_is_its_work(
    is_hosted: bool,
    woken: list[str],
    owner: Person,
    now: datetime,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    settings.USES_AMAZON_TRANSCRIBE = is_hosted
    published: list[str] = []
    monkeypatch.setattr(handlers, "publish_media_job", published.append)
    store = LocalStore(tmp_path, public_url="http://127.0.0.1:8000")
    clip = received_clip(owner, store, now=now)
    Worker.claim(clip, store, now=now).render(now=now)

    jobs = {str(job_of(clip, kind).id): kind.value for kind in JobKind}
    for kind in JobKind:
        handlers.wake_media_worker(MediaJobQueued(job_id=job_of(clip, kind).id), now=now)

    assert [jobs[job_id] for job_id in published] == woken


def test_needs_a_bucket_that_amazon_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANSCRIBER", "amazon-transcribe")

    done = subprocess.run(
        [sys.executable, "-c", "import backend.settings.test"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr == "TRANSCRIBER=amazon-transcribe needs OBJECT_STORE=s3://…: Amazon reads the sound there.\n"
