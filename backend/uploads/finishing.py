"""All bytes of an upload are here: verify the whole file, hand it to the object store, tell the domain."""

from __future__ import annotations

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadStatus
from backend.domain.clips.uploads import corrupt, find_upload, finish_upload, mark_corrupt
from backend.uploads.hashing import forget_hash, running_hash
from backend.uploads.last_checks import check_before_finishing
from backend.uploads.originals import original_key
from backend.uploads.staging import staged
from backend.uploads.staging.base import Staged


def finish(*, actor: Actor, upload: Upload, now: datetime) -> None:
    """
    Verify the whole file and make it the clip's original.

    Idempotent: after a crash at any point, finishing again goes on from there; bytes are removed last.

    :raises UploadCorrupt: it is not the file that was declared; the clip waits for another upload, nothing is queued.
    :raises UploadTypeRefused: ThreadClosed: as `check_before_finishing`.
    :raises UploadLocked: another request is finishing it right now.
    """
    kept = staged(upload.id)
    with kept.guarded_everywhere():
        current = find_upload(actor=actor, upload_id=upload.id, now=now)
        if current.status != UploadStatus.FINISHED:
            check_before_finishing(kept, actor=actor, upload=current, now=now)
            _verify_and_store(kept, actor=actor, upload=current, now=now)
        kept.discard()
    forget_hash(upload.id)


def _verify_and_store(kept: Staged, *, actor: Actor, upload: Upload, now: datetime) -> None:
    sha256 = _sha256(kept, upload)
    if upload.declared_sha256 not in {"", sha256}:
        mark_corrupt(actor=actor, upload_id=upload.id)
        kept.discard()
        raise corrupt()
    key = original_key(upload)
    kept.store_as(key, content_type=upload.media_type or "application/octet-stream")
    finish_upload(
        actor=actor,
        upload_id=upload.id,
        stored_bytes=kept.size_bytes(),
        sha256=sha256,
        object_key=key,
        now=now,
    )


def _sha256(kept: Staged, upload: Upload) -> str:
    """Return the SHA-256 of the whole file; what this process hashed as it came is not read again."""
    running = running_hash(upload.id, rewinds=kept.rewinds())
    if running.position < upload.reserved_bytes:
        file = kept.open()
        if file is None:
            return kept.sha256()
        with file:
            running.read_on(file, until=lambda: upload.reserved_bytes)
    return running.hexdigest()
