"""Put texts where they are found, and take them away again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from backend.domain import tenancy
from backend.domain.search.documents import NewDocument, document_record
from backend.domain.search.models import Document
from backend.domain.search.subjects import refresh_subjects


@transaction.atomic
def put_documents(*, organisation_id: UUID, documents: Sequence[NewDocument], now: datetime) -> None:
    """
    Make `documents` findable from the moment the caller's transaction commits.

    A cue or step is found only as long as the thread or how-to it opens has a document of its own.

    Tenancy: writes rows of `organisation_id` only; a `source_id` of another organisation is left alone.
    Transaction: joins the caller's. The number of statements does not depend on the number of documents.
    Idempotent: a document with the same `source_id` is replaced; a source keeps its subject for life.
    """
    if not documents:
        return
    records = [document_record(document, now=now) for document in documents]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, {"organisation": organisation_id, "records": json.dumps(records)})
    refresh_subjects(organisation_id, {document.subject_id for document in documents})


@transaction.atomic
def remove_documents(*, organisation_id: UUID, source_ids: Iterable[UUID]) -> None:
    """
    Make the documents of these sources unfindable.

    Transaction: joins the caller's. Idempotent: a source without a document is no error.
    """
    documents = tenancy.within_organisation(organisation_id, Document).filter(source_id__in=list(source_ids))
    subject_ids = set(documents.values_list("subject_id", flat=True))
    documents.delete()
    refresh_subjects(organisation_id, subject_ids)


@transaction.atomic
def remove_subject(*, organisation_id: UUID, subject_id: UUID) -> None:
    """
    Make a thread or how-to, with all its cues or steps, unfindable.

    Transaction: joins the caller's. Idempotent.
    """
    tenancy.within_organisation(organisation_id, Document).filter(subject_id=subject_id).delete()
    refresh_subjects(organisation_id, [subject_id])


_PUT = """
INSERT INTO search_document AS kept (
    id, organisation_id, kind, source_id, subject_kind, subject_id, title, body, identifiers, language, is_solved,
    clip_id, start_ms, end_ms, updated_at, words, words_count)
SELECT id, %(organisation)s, kind, source_id, subject_kind, subject_id, title, body, identifiers, language, is_solved,
       clip_id, start_ms, end_ms, updated_at, stemmed.words,
       (SELECT coalesce(sum(cardinality(positions)), 0) FROM unnest(stemmed.words))
FROM jsonb_to_recordset(%(records)s::jsonb) AS record(
    id uuid, kind text, source_id uuid, subject_kind text, subject_id uuid, title text, body text, identifiers text[],
    language text, is_solved boolean, clip_id uuid, start_ms integer, end_ms integer, updated_at timestamptz,
    configuration text, title_words text, body_words text),
LATERAL (
    SELECT setweight(to_tsvector(configuration::regconfig, title_words), 'A')
           || setweight(to_tsvector(configuration::regconfig, body_words), 'D') AS words
) AS stemmed
ORDER BY source_id
ON CONFLICT (source_id) DO UPDATE
SET kind = excluded.kind, title = excluded.title, body = excluded.body, identifiers = excluded.identifiers,
    language = excluded.language, is_solved = excluded.is_solved, clip_id = excluded.clip_id,
    start_ms = excluded.start_ms, end_ms = excluded.end_ms, updated_at = excluded.updated_at,
    words = excluded.words, words_count = excluded.words_count
WHERE kept.organisation_id = excluded.organisation_id
"""
