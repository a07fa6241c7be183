"""Where an upload stands, told to the one request that may go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain.actor import Actor
from backend.domain.clips.models import Upload
from backend.domain.clips.uploads import find_upload, take_lease
from backend.uploads.staging import staged


@dataclass(frozen=True)
class Standing:
    """An upload, the bytes of it that really are on disk, and the lease to add more; 0 once it is finished."""

    upload: Upload
    offset: int
    lease: int
    rewinds: int = 0  # as `Staged.rewinds`

    @property
    def is_finished(self) -> bool:
        return self.upload.is_finished

    @property
    def is_whole(self) -> bool:
        """Every byte of a clip is here. Whole and not finished: a crash or a refusal came in between."""
        return self.upload.is_whole_at(self.offset)


def take_over(*, actor: Actor, upload_id: UUID, now: datetime) -> Standing:
    """
    Make the caller the only writer of an upload and return where it stands, which nobody else can change from now.

    An older request, half-open perhaps, finds its lease gone at its next block. A finished upload is only told.

    :raises UploadLocked: the upload is being finished right now.
    :raises NotFound: UploadExpired, UploadCorrupt: as `find_upload`.
    """
    upload = find_upload(actor=actor, upload_id=upload_id, now=now)
    if upload.is_finished:
        return _finished(upload)
    kept = staged(upload_id)
    with kept.guarded_everywhere():
        # Read again: whoever held the guard until now may have finished it.
        upload = find_upload(actor=actor, upload_id=upload_id, now=now)
        if upload.is_finished:
            kept.discard()
            return _finished(upload)
        lease = take_lease(upload=upload, now=now)
        kept.set_lease(lease)
        return Standing(upload, kept.size_bytes(), lease, rewinds=kept.rewinds())


def _finished(upload: Upload) -> Standing:
    return Standing(upload, upload.reserved_bytes, lease=0)
