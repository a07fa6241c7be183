"""A clip's words as search documents, each opening its thread at the second that matched."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.clips.models import Clip, Cue
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents, remove_documents


def index_cues(*, clip: Clip, now: datetime) -> None:
    """Make the clip's cues findable, if it is attached to a thread. Transaction: joins the caller's."""
    if clip.thread_id is None:
        return
    documents = [_document(cue, thread_id=clip.thread_id) for cue in _cues_of(clip)]
    put_documents(organisation_id=clip.organisation_id, documents=documents, now=now)


def forget_cues(*, clip: Clip) -> None:
    """Make the clip's cues unfindable, before they are replaced. Transaction: joins the caller's."""
    source_ids = list(_cues_of(clip).values_list("id", flat=True))
    if source_ids:
        remove_documents(organisation_id=clip.organisation_id, source_ids=source_ids)


def _cues_of(clip: Clip) -> QuerySet[Cue]:
    return tenancy.within_organisation(clip.organisation_id, Cue).filter(clip=clip).order_by("position")


def _document(cue: Cue, *, thread_id: UUID) -> NewDocument:
    return NewDocument(
        kind=DocumentKind.CUE,
        source_id=cue.id,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread_id,
        title="",  # the thread's own document has it
        body=cue.text,
        language=cue.language,
        clip_id=cue.clip_id,
        start_ms=cue.start_ms,
        end_ms=cue.end_ms,
    )
