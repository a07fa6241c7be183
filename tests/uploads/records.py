"""What an upload left behind: rows, jobs, events and bytes."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import UUID

from django.conf import settings

from backend.domain.clips.models import Clip, MediaJob, Upload
from backend.outbox.models import OutboxEvent
from backend.uploads.staging import staged
from tests.uploads.phone import upload_id_of


def upload_at(path: str) -> Upload:
    return Upload.objects.select_related("clip").get(pk=upload_id_of(path))


def clip_at(path: str) -> Clip:
    clip = upload_at(path).clip
    assert clip is not None, "a piece is of no clip"
    return clip


def staged_path(path: str) -> Path:
    """Return where the bytes of an unfinished upload lie."""
    return settings.UPLOAD_DIR / str(upload_id_of(path))


def staged_bytes(path: str) -> int:
    """Return how many bytes lie on disk, -1 when there is no file."""
    staged = staged_path(path)
    return staged.stat().st_size if staged.exists() else -1


def wait_for_staged_bytes(path: str, count: int) -> None:
    """Return once `count` bytes lie on disk."""
    until = time.monotonic() + 10
    while staged_bytes(path) != count:
        assert time.monotonic() < until, f"{staged_bytes(path)} of {count} bytes came"
        time.sleep(0.01)


def kept_bytes(path: str) -> int:
    """Return how many bytes of an unfinished upload are kept, whatever keeps them."""
    return staged(upload_id_of(path)).size_bytes()


def wait_for_kept_bytes(path: str, count: int) -> None:
    """Return once `count` bytes are kept."""
    until = time.monotonic() + 10
    while kept_bytes(path) != count:
        assert time.monotonic() < until, f"{kept_bytes(path)} of {count} bytes came"
        time.sleep(0.01)


def queued_jobs(clip_id: UUID) -> list[str]:
    """Return the kinds of the clip's media jobs."""
    return list(MediaJob.objects.filter(clip_id=clip_id).values_list("kind", flat=True))


def told_events() -> list[str]:
    """Return the names of all events in the outbox."""
    return list(OutboxEvent.objects.values_list("name", flat=True))
