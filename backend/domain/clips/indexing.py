"""A clip's words as search documents, each opening its thread at the second that matched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from backend.domain.clips.models import Clip, Cue
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents, remove_documents


def index_cues(*, clip: Clip, cues: Iterable[Cue], now: datetime) -> None:
    """
    Make the present text of these cues of the clip findable, if it is attached to a thread.

    Transaction: joins the caller's. Idempotent.
    """
    if clip.thread_id is None:
        return
    documents = [_document(cue, thread_id=clip.thread_id) for cue in cues]
    put_documents(organisation_id=clip.organisation_id, documents=documents, now=now)


def forget_cues(*, clip: Clip, cues: Iterable[Cue]) -> None:
    """Make these cues of the clip unfindable. Transaction: joins the caller's."""
    source_ids = [cue.id for cue in cues]
    if source_ids:
        remove_documents(organisation_id=clip.organisation_id, source_ids=source_ids)


def _document(cue: Cue, *, thread_id: UUID) -> NewDocument:
    return NewDocument(
        kind=DocumentKind.CUE,
        source_id=cue.id,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread_id,
        title="",  # the thread's own document has it
        body=cue.text,
        identifiers=[word["spoken"] for word in cue.words if word.get("spoken")],  # "e four" beside E4
        language=cue.language,
        clip_id=cue.clip_id,
        start_ms=cue.start_ms,
        end_ms=cue.end_ms,
    )
