"""Documents for the tests of search."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents


def thread_document(title: str, body: str = "", *, thread_id: UUID | None = None, **facts: Any) -> NewDocument:
    """Return the document of a thread, of a new one unless it is named."""
    thread_id = thread_id or uuid7()
    return NewDocument(
        kind=DocumentKind.THREAD,
        source_id=thread_id,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread_id,
        title=title,
        body=body,
        **facts,
    )


def howto_document(title: str, body: str = "", **facts: Any) -> NewDocument:
    """Return the document of a new, released how-to."""
    howto_id = uuid7()
    return NewDocument(
        kind=DocumentKind.HOWTO,
        source_id=howto_id,
        subject_kind=SubjectKind.HOWTO,
        subject_id=howto_id,
        title=title,
        body=body,
        is_solved=True,
        **facts,
    )


def cue_document(thread_id: UUID, text: str, *, clip_id: UUID, start_ms: int) -> NewDocument:
    """Return the document of a cue of two seconds."""
    return NewDocument(
        kind=DocumentKind.CUE,
        source_id=uuid7(),
        subject_kind=SubjectKind.THREAD,
        subject_id=thread_id,
        title="",
        body=text,
        clip_id=clip_id,
        start_ms=start_ms,
        end_ms=start_ms + 2_000,
    )


def put(organisation: Organisation, now: datetime, *documents: NewDocument) -> None:
    put_documents(organisation_id=organisation.pk, documents=documents, now=now)
