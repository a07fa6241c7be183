"""Put made-up threads where search finds them, through search's own operation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents
from bench.search.corpus import Corpus, MadeThread

_BATCH = 1000
_CUE_MS = 4800


def load(corpus: Corpus, first: int, last: int, *, organisation_id: UUID, now: datetime) -> None:
    """Make the threads from `first` to before `last` findable, a thousand at a time."""
    for start in range(first, last, _BATCH):
        threads = corpus.threads(start, min(start + _BATCH, last))
        documents = [document for thread in threads for document in _documents(thread)]
        put_documents(organisation_id=organisation_id, documents=documents, now=now)


def _documents(thread: MadeThread) -> Iterable[NewDocument]:
    thread_id, clip_id = uuid7(), uuid7()
    yield NewDocument(
        kind=DocumentKind.THREAD,
        source_id=thread_id,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread_id,
        title=thread.title,
        body=thread.body,
        identifiers=(thread.model, thread.tag, thread.code),
        is_solved=True,
    )
    for number, text in enumerate(thread.cues):
        yield NewDocument(
            kind=DocumentKind.CUE,
            source_id=uuid7(),
            subject_kind=SubjectKind.THREAD,
            subject_id=thread_id,
            title="",
            body=text,
            clip_id=clip_id,
            start_ms=number * _CUE_MS,
            end_ms=(number + 1) * _CUE_MS,
        )
