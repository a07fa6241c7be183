"""Put texts where they are found, and take them away again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from backend.domain import tenancy
from backend.domain.search.documents import NewDocument, document_record, facts_record
from backend.domain.search.models import Document, DocumentKind
from backend.domain.search.subjects import drop_empty_subjects, refresh_subjects

# No savepoints here: whatever these raise ends their caller's transaction, too.


@transaction.atomic(savepoint=False)
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
    _put_facts(organisation_id, documents, now=now)


def _put_facts(organisation_id: UUID, documents: Sequence[NewDocument], *, now: datetime) -> None:
    """Write the facts that come with `documents` to their subjects, whose rows the caller holds."""
    records = [facts_record(each.subject_id, each.facts, now=now) for each in documents if each.facts]
    if records:
        with connection.cursor() as cursor:
            cursor.execute(_PUT_FACTS, {"organisation": organisation_id, "records": json.dumps(records)})


@transaction.atomic(savepoint=False)
def replace_documents(
    *,
    organisation_id: UUID,
    subject_id: UUID,
    kinds: Collection[DocumentKind],
    documents: Sequence[NewDocument],
    now: datetime,
) -> None:
    """
    Have `documents` be all that is found of these `kinds` of a subject.

    Tenancy, transaction and idempotence: as `put_documents`.
    """
    present = tenancy.within_organisation(organisation_id, Document).filter(subject_id=subject_id, kind__in=kinds)
    present.exclude(source_id__in=[document.source_id for document in documents]).delete()
    put_documents(organisation_id=organisation_id, documents=documents, now=now)


@transaction.atomic(savepoint=False)
def remove_documents(*, organisation_id: UUID, source_ids: Iterable[UUID]) -> None:
    """
    Make the documents of these sources unfindable.

    Transaction: joins the caller's. Idempotent: a source without a document is no error.
    """
    documents = tenancy.within_organisation(organisation_id, Document).filter(source_id__in=list(source_ids))
    subject_ids = set(documents.values_list("subject_id", flat=True))
    documents.delete()
    refresh_subjects(organisation_id, subject_ids)
    drop_empty_subjects(organisation_id, subject_ids)


@transaction.atomic(savepoint=False)
def remove_subject(*, organisation_id: UUID, subject_id: UUID) -> None:
    """
    Make a thread or how-to, with all its cues or steps, unfindable.

    Transaction: joins the caller's. Idempotent.
    """
    tenancy.within_organisation(organisation_id, Document).filter(subject_id=subject_id).delete()
    refresh_subjects(organisation_id, [subject_id])
    drop_empty_subjects(organisation_id, [subject_id])


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
    configuration text, title_words text, body_words text, body_weight text, corrected_words text),
LATERAL (
    SELECT setweight(to_tsvector(configuration::regconfig, title_words), 'A')
           || setweight(to_tsvector(configuration::regconfig, body_words), body_weight::"char")
           || setweight(to_tsvector(configuration::regconfig, corrected_words), 'C') AS words
) AS stemmed
ORDER BY source_id
ON CONFLICT (source_id) DO UPDATE
SET kind = excluded.kind, title = excluded.title, body = excluded.body, identifiers = excluded.identifiers,
    language = excluded.language, is_solved = excluded.is_solved, clip_id = excluded.clip_id,
    start_ms = excluded.start_ms, end_ms = excluded.end_ms, updated_at = excluded.updated_at,
    words = excluded.words, words_count = excluded.words_count
WHERE kept.organisation_id = excluded.organisation_id
"""

_PUT_FACTS = """
UPDATE search_subject AS subject
SET make = record.make, model = record.model, model_code = record.model_code, code = record.code,
    site_id = record.site_id, is_held = record.is_held, facts_at = record.facts_at
FROM jsonb_to_recordset(%(records)s::jsonb) AS record(
    subject_id uuid, make text, model text, model_code text, code text, site_id uuid, is_held boolean,
    facts_at timestamptz)
WHERE subject.id = record.subject_id AND subject.organisation_id = %(organisation)s
"""
