"""What is asked again when every byte is here: hours may have passed, and now the bytes themselves can be looked at."""

from __future__ import annotations

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.clips.content_kinds import is_surely_no_clip
from backend.domain.clips.models import Upload
from backend.domain.clips.uploads import mark_refused, refused, terminate_upload
from backend.domain.threads.suggestions import ThreadClosed
from backend.domain.threads.wanted_clips import check_wanted
from backend.uploads.staging.base import Staged


def check_before_finishing(kept: Staged, *, actor: Actor, upload: Upload, now: datetime) -> None:
    """
    Accept a whole upload that is still wanted and may well be a clip. One that is not ends, and its bytes go.

    :raises ThreadClosed: the thread it was meant for was closed meanwhile.
    :raises UploadTypeRefused: it is text, a picture, an archive or a program.
    """
    try:
        if upload.clip is not None:
            check_wanted(actor=actor, clip=upload.clip)
    except ThreadClosed:
        terminate_upload(actor=actor, upload_id=upload.id, now=now)
        kept.discard()
        raise
    if is_surely_no_clip(kept.first_bytes()):
        mark_refused(actor=actor, upload_id=upload.id)
        kept.discard()
        raise refused()
