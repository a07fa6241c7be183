"""The real media worker and the real backend, over real sockets, on a clip that ships with the project."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from api_schema.ids import uuid7
from api_schema.media_jobs import JobKind
from backend.asgi import application
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.jobs import queue_render
from backend.domain.clips.models import Clip, Cue
from backend.domain.clips.operations import expect_clip
from backend.domain.clips.playback import get_playback
from backend.domain.clips.states import CLIP_MOVES, ClipStatus
from backend.domain.states import move
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import _open_store, object_store
from media_worker.backend_client import BackendClient
from media_worker.config import TranscriberChoice, WorkerConfig
from media_worker.job import Worker
from media_worker.object_links import ObjectLinks
from media_worker.speech.choice import Transcribers
from tests.domain.clips.worker import job_of, states_of
from tests.media_worker.footage import run_ffmpeg
from tests.serving import served

FOOTAGE = Path(__file__).resolve().parents[2] / "backend" / "demo" / "clips" / "ask.mp4"

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Stack:
    address: str
    store: LocalStore


@pytest.fixture
def stack(settings: Settings) -> Iterator[Stack]:
    """The web process on a free port; links to objects name it."""
    with served(application) as address:
        settings.PUBLIC_URL = address
        _open_store.cache_clear()
        store = object_store()
        assert isinstance(store, LocalStore)
        yield Stack(address, store)
    _open_store.cache_clear()


@pytest.fixture
def worker(stack: Stack, settings: Settings, tmp_path: Path) -> Iterator[Worker]:
    (tmp_path / "work").mkdir()
    config = WorkerConfig(
        media_broker_url="", backend_url=stack.address, worker_key=settings.WORKER_KEY, work_dir=tmp_path / "work"
    )
    transcribers = Transcribers(choice=TranscriberChoice.POCKETSPHINX, whisper_model_dir=None)
    with (
        BackendClient(backend_url=config.backend_url, worker_key=config.worker_key) as backend,
        ObjectLinks() as links,
    ):
        yield Worker(config, backend, links, transcribers, is_stopping=lambda: False)


@pytest.fixture
def clip(owner: Person, stack: Stack, tmp_path: Path) -> Clip:
    """A clip whose file has just arrived: the first seconds of what ships."""
    short = tmp_path / "ask.mp4"
    run_ffmpeg("-i", FOOTAGE, "-t", "6", "-c", "copy", short)
    return arrived(owner, stack.store, short)


def arrived(person: Person, store: LocalStore, footage: Path) -> Clip:
    """Return a clip whose original is this file."""
    now = timezone.now()
    with transaction.atomic():
        clip = expect_clip(actor=person.actor, clip_id=uuid7(), thread_id=uuid7(), vocabulary=("E4",), now=now)
        key = f"{clip.organisation_id}/clips/{clip.id}/original"
        store.put_file(key, path=footage, content_type="video/mp4")
        move(clip, CLIP_MOVES, to=ClipStatus.UPLOADING)
        move(
            clip,
            CLIP_MOVES,
            to=ClipStatus.PROCESSING,
            original_key=key,
            original_bytes=footage.stat().st_size,
            sha256="0" * 64,
            verified_at=now,
        )
        queue_render(clip=clip, now=now)
    return clip


def test_a_clip_becomes_playable_and_captioned(clip: Clip, worker: Worker, owner: Person, stack: Stack) -> None:
    worker.run_job(job_of(clip).id)
    worker.run_job(job_of(clip, JobKind.TRANSCRIBE).id)

    clip.refresh_from_db()
    states = states_of(clip)
    assert clip.status == "ready", (clip.rejection_code, clip.rejection_reason)
    assert {states[kind] for kind in ("v240", "audio", "poster", "storyboard", "offline", "speech")} == {"ready"}
    assert states["captions"] == "ready"
    assert clip.playable_at is not None
    assert clip.ready_at is not None
    assert clip.playable_at < clip.ready_at  # it could be watched while it was still being rendered
    assert tenancy.within(owner.actor, Cue).exists()
    playback = get_playback(actor=owner.actor, clip_id=clip.id, store=stack.store, now=timezone.now())
    said = watch(f"{stack.address}/media/{playback.signed}/master.m3u8")
    assert re.search(r"Stream #0:\d.*: Video: h264", said)
    assert re.search(r"Stream #0:\d.*: Audio: aac", said)
    assert played_s(said) == pytest.approx((clip.duration_ms or 0) / 1000, abs=0.2)


def watch(url: str) -> str:
    """Play the address to its end with a player that knows nothing of us, and return what it says."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-extension_picky", "0"]
    command += ["-allowed_extensions", "ALL", "-i", url, "-map", "0:v:0", "-map", "0:a:0", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def played_s(said: str) -> float:
    """Return the last time that the player reports, in seconds."""
    hours, minutes, seconds = re.findall(r"time=(\d+):(\d+):([\d.]+)", said)[-1]
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_a_file_that_is_no_video_is_rejected_with_a_sentence(
    worker: Worker, owner: Person, stack: Stack, tmp_path: Path
) -> None:
    archive = shutil.make_archive(str(tmp_path / "holiday"), "zip", root_dir=FOOTAGE.parent, base_dir="README.md")
    clip = arrived(owner, stack.store, Path(archive))

    worker.run_job(job_of(clip).id)

    clip.refresh_from_db()
    assert (clip.status, clip.rejection_code) == ("rejected", "not_a_video")
    assert clip.rejection_reason.endswith(".")
    assert job_of(clip).status == "poison"
