"""What nobody came back for: late uploads end, whole ones are finished, bytes without an upload go."""

from __future__ import annotations

import logging
from datetime import datetime

from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadStatus
from backend.domain.clips.uploads import expire_uploads, uploads_by_id
from backend.domain.errors import DomainError
from backend.uploads.finishing import finish
from backend.uploads.staging import staged, staged_ids
from backend.uploads.staging.base import Staged

log = logging.getLogger(__name__)

_QUIET_S = 60  # a request that just wrote the last byte finishes by itself


def sweep_uploads(*, now: datetime) -> None:
    """
    Tidy the staged uploads of this machine. Called by the beat, every few minutes.

    A server killed between the last byte and the end of an upload leaves it whole and open: it is finished here,
    so that a clip arrives even when its phone never asks again.
    Idempotent; may run in several processes at once.
    """
    expire_uploads(now=now)
    kept_ids = staged_ids()
    uploads = uploads_by_id(kept_ids)
    for upload_id in kept_ids:
        _tidy(staged(upload_id), uploads.get(upload_id), now=now)


def _tidy(kept: Staged, upload: Upload | None, *, now: datetime) -> None:
    if upload is None or upload.status != UploadStatus.OPEN:
        kept.discard()
    elif _is_left_whole(kept, upload):
        try:
            finish(actor=upload.person.actor, upload=upload, now=now)
        except DomainError as refusal:
            log.warning("upload %s could not be finished: %s", upload.id, refusal.code)


def _is_left_whole(kept: Staged, upload: Upload) -> bool:
    return upload.is_whole_at(kept.size_bytes()) and upload.person.is_active and kept.is_quiet(for_s=_QUIET_S)
