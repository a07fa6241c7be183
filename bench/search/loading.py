"""
Put made-up threads where search finds them, a hundred thousand in minutes.

The product writes 130 threads a second, looking at what is there already. Here their rows are written at once, by COPY
and a few statements. `product_documents` are the same threads for the product's own operation: a test holds the rows of
both side by side.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Any
from uuid import UUID, uuid5

import django
from django.db import connection, transaction

from backend.domain.search.documents import Facts, NewDocument, document_record, facts_record
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.subjects import BODY_WEIGHT, IDENTIFIER_WEIGHT, TITLE_WEIGHT
from bench.search.corpus import Corpus, MadeThread

Row = tuple[Any, ...]
Rows = tuple[list[Row], list[Row]]  # of documents, and of the facts of subjects

_BATCH = 250
_CUE_MS = 4800
_NAMES = UUID("8d2f7a52-6f0c-4c1e-9d7a-4a9c6a4e2f10")

_COLUMNS = (
    "id", "kind", "source_id", "subject_kind", "subject_id", "title", "body", "identifiers", "language", "is_solved",
    "clip_id", "start_ms", "end_ms", "updated_at", "configuration", "title_words", "body_words",
)  # fmt: skip
_FACTS = ("subject_id", "make", "model", "model_code", "code", "site_id", "is_held", "facts_at")


@transaction.atomic
def load(corpus: Corpus, first: int, last: int, *, organisation_id: UUID, now: datetime) -> None:
    """Make the threads from `first` to before `last` findable, beside those that are."""
    values: dict[str, Any] = {
        "organisation": organisation_id,
        "title_weight": TITLE_WEIGHT,
        "identifier_weight": IDENTIFIER_WEIGHT,
        "body_weight": BODY_WEIGHT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PREPARE)
        _copy(cursor, corpus, range(first, last), now=now)
        for statement in (_DOCUMENTS, _UNINDEX, _POSTINGS, _INDEX, _SUBJECTS, _TERMS, _TOTALS):
            cursor.execute(statement, values)


def product_documents(thread: MadeThread, number: int) -> Iterator[NewDocument]:
    """Yield what the product would be handed over for one thread; `number` names it."""
    thread_id, clip_id = _id(number, "thread"), _id(number, "clip")
    yield NewDocument(
        kind=DocumentKind.THREAD,
        source_id=thread_id,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread_id,
        title=thread.title,
        body=thread.body,
        identifiers=(thread.model, thread.tag, thread.code),
        is_solved=True,
        facts=Facts(make=thread.make, model=thread.model, code=thread.code),
    )
    for place, text in enumerate(thread.cues):
        yield NewDocument(
            kind=DocumentKind.CUE,
            source_id=_id(number, f"cue {place}"),
            subject_kind=SubjectKind.THREAD,
            subject_id=thread_id,
            title="",
            body=text,
            clip_id=clip_id,
            start_ms=place * _CUE_MS,
            end_ms=(place + 1) * _CUE_MS,
        )


def _id(number: int, name: str) -> UUID:
    """Return an id that, as those of the product, sorts by age."""
    return UUID(int=number << 96 | uuid5(_NAMES, f"{number} {name}").int >> 32)


def _copy(cursor: Any, corpus: Corpus, numbers: range, *, now: datetime) -> None:
    facts: list[Row] = []
    with cursor.copy(f"COPY made ({', '.join(_COLUMNS)}) FROM STDIN") as rows:
        for documents, own_facts in _written(corpus, numbers, now=now):
            for row in documents:
                rows.write_row(row)
            facts += own_facts
    with cursor.copy(f"COPY made_facts ({', '.join(_FACTS)}) FROM STDIN") as rows:
        for row in facts:
            rows.write_row(row)


def _written(corpus: Corpus, numbers: range, *, now: datetime) -> Iterator[Rows]:
    """Yield the rows of a few hundred threads at a time: making them is most of the work, so every core does."""
    batches = [numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH)]
    if len(batches) == 1:
        yield _write(corpus, numbers, now)
        return
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        for some in (batches[start : start + 4 * cores] for start in range(0, len(batches), 4 * cores)):
            yield from pool.map(partial(_write, corpus, now=now), some)


def _write(corpus: Corpus, numbers: range, now: datetime) -> Rows:
    """Return the rows of documents and of facts."""
    made = [each for number in numbers for each in product_documents(corpus.thread(number), number)]
    records = [document_record(document, now=now) for document in made]
    facts = [facts_record(document.subject_id, document.facts, now=now) for document in made if document.facts]
    return _cut(records, _COLUMNS), _cut(facts, _FACTS)


def _cut(records: Sequence[dict[str, Any]], columns: Sequence[str]) -> list[Row]:
    return [tuple(record[column] for column in columns) for record in records]


# Foreign keys are not looked at (`replica`): fourteen million postings name one organisation.
_PREPARE = """
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL session_replication_role = replica;
SET LOCAL maintenance_work_mem = '512MB';
SET LOCAL work_mem = '256MB';
DROP TABLE IF EXISTS made, made_facts;
CREATE TEMPORARY TABLE made (
    id uuid, kind text, source_id uuid, subject_kind text, subject_id uuid, title text, body text, identifiers text[],
    language text, is_solved boolean, clip_id uuid, start_ms integer, end_ms integer, updated_at timestamptz,
    configuration text, title_words text, body_words text) ON COMMIT DROP;
CREATE TEMPORARY TABLE made_facts (
    subject_id uuid, make text, model text, model_code text, code text, site_id uuid, is_held boolean,
    facts_at timestamptz) ON COMMIT DROP;
"""

_DOCUMENTS = """
INSERT INTO search_document (
    id, organisation_id, kind, source_id, subject_kind, subject_id, title, body, identifiers, language, is_solved,
    clip_id, start_ms, end_ms, updated_at, words, words_count)
SELECT id, %(organisation)s, kind, source_id, subject_kind, subject_id, title, body, identifiers, language, is_solved,
       clip_id, start_ms, end_ms, updated_at, words,
       (SELECT coalesce(sum(cardinality(positions)), 0) FROM unnest(words))
FROM made, LATERAL (
    SELECT setweight(to_tsvector(configuration::regconfig, title_words), 'A')
           || setweight(to_tsvector(configuration::regconfig, body_words), 'D') AS words OFFSET 0
) AS stemmed
"""

# Built over all of it at once, for that is far quicker than keeping them up row by row.
_UNINDEX = """
DO $$
DECLARE named record;
BEGIN
    FOR named IN SELECT indexrelid::regclass AS name FROM pg_index
                 WHERE indrelid = 'search_posting'::regclass AND NOT indisprimary LOOP
        EXECUTE format('DROP INDEX %%s', named.name);
    END LOOP;
END $$;
ALTER TABLE search_posting DROP CONSTRAINT search_posting_pkey;
"""

_POSTINGS = """
INSERT INTO search_posting (organisation_id, term, subject_id, frequency)
SELECT %(organisation)s, term, subject_id, sum(frequency) FROM (
    SELECT subject_id, lexeme AS term,
           (SELECT sum(CASE weight WHEN 'A' THEN %(title_weight)s::float8 ELSE %(body_weight)s::float8 END)
            FROM unnest(weights) AS weight) AS frequency
    FROM search_document, unnest(words) AS word(lexeme, positions, weights)
    WHERE subject_id IN (SELECT subject_id FROM made_facts)
    UNION ALL
    SELECT DISTINCT subject_id, '#' || identifier, %(identifier_weight)s::float8
    FROM search_document, unnest(identifiers) AS identifier WHERE subject_id IN (SELECT subject_id FROM made_facts)
) AS held
GROUP BY subject_id, term ORDER BY subject_id, term
"""

_INDEX = """
ALTER TABLE search_posting ADD CONSTRAINT search_posting_pkey PRIMARY KEY (organisation_id, term, subject_id);
CREATE INDEX search_posting_subject ON search_posting (subject_id);
"""

_SUBJECTS = """
INSERT INTO search_subject (
    id, organisation_id, kind, is_solved, words_count, make, model, model_code, code, site_id, is_held, languages,
    facts_at)
SELECT subject_id, %(organisation)s, 'thread', true, measured.words_count, make, model, model_code, code, site_id,
       is_held, '{en}', facts_at
FROM made_facts JOIN (
    SELECT subject_id, sum(frequency) AS words_count FROM search_posting WHERE term NOT LIKE '#%%' GROUP BY subject_id
) AS measured USING (subject_id)
"""

_TERMS = """
DELETE FROM search_termcount WHERE organisation_id = %(organisation)s;
INSERT INTO search_termcount (id, organisation_id, term, subjects_count)
SELECT uuidv7(), %(organisation)s, term, count(*) FROM search_posting
WHERE organisation_id = %(organisation)s GROUP BY term
"""

_TOTALS = """
DELETE FROM search_totals WHERE organisation_id = %(organisation)s;
INSERT INTO search_totals (id, organisation_id, subjects_count, words_count)
SELECT uuidv7(), %(organisation)s, count(*), sum(words_count) FROM search_subject
WHERE organisation_id = %(organisation)s
"""
