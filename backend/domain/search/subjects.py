"""Sum the documents of a thread or how-to up into the one row that ranking reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from backend.domain.search.statistics import Difference, log_difference

# How much one occurrence counts, by field. BM25F: the fields' weighted frequencies are summed before they
# saturate (Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.6).
TITLE_WEIGHT = 1.5
IDENTIFIER_WEIGHT = 1.25
BODY_WEIGHT = 1.0
# What was set straight is found by the words of its correction before those of what it corrects.
CORRECTION_WEIGHT = 1.5
CORRECTED_WEIGHT = 0.25
IDENTIFIER_MARK = "#"


def refresh_subjects(organisation_id: UUID, subject_ids: Iterable[UUID]) -> None:
    """
    Sum up the subjects again from their documents.

    One that lacks a document of its own (a withdrawn thread whose captions arrive late) holds no term.

    Transaction: joins the caller's. Each subject's row is locked first, in the order of ids: of two writers
    of one subject the second sees what the first wrote, and the statistics change by what really changed.
    """
    named: dict[str, Any] = {"organisation": organisation_id, "subjects": sorted(set(subject_ids))}
    weights = {
        "title_weight": TITLE_WEIGHT,
        "identifier_weight": IDENTIFIER_WEIGHT,
        "correction_weight": CORRECTION_WEIGHT,
        "corrected_weight": CORRECTED_WEIGHT,
        "body_weight": BODY_WEIGHT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENSURE, named)
        cursor.execute(_LOCK, named)
        cursor.execute(_SUM_UP, named | weights)
        difference = Difference(terms=dict(cursor.fetchall()))
        cursor.execute(_MEASURE, named)
        for subjects, words in cursor.fetchall():
            difference.subjects += subjects
            difference.words += words
    log_difference(organisation_id, difference)


def drop_empty_subjects(organisation_id: UUID, subject_ids: Iterable[UUID]) -> None:
    """
    Delete those subjects that have no document left; they were refreshed before.

    Transaction: joins the caller's, which holds their rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DROP_EMPTY, {"organisation": organisation_id, "subjects": sorted(set(subject_ids))})


_ENSURE = """
INSERT INTO search_subject (id, organisation_id, kind, is_solved, words_count)
SELECT DISTINCT ON (subject_id) subject_id, organisation_id, subject_kind, false, 0
FROM search_document WHERE organisation_id = %(organisation)s AND subject_id = ANY(%(subjects)s)
ORDER BY subject_id
ON CONFLICT (id) DO NOTHING
"""

_LOCK = """
SELECT id FROM search_subject WHERE organisation_id = %(organisation)s AND id = ANY(%(subjects)s)
ORDER BY id FOR UPDATE
"""

# Writes only the postings that differ: most calls add one suggestion or the cues of one clip.
_SUM_UP = """
WITH document AS (
    SELECT * FROM search_document AS document
    WHERE organisation_id = %(organisation)s AND subject_id = ANY(%(subjects)s)
      AND EXISTS (SELECT FROM search_document AS own WHERE own.source_id = document.subject_id)
), held AS (
    SELECT document.subject_id, word.lexeme AS term, sum(weighted.frequency)::float8 AS frequency
    FROM document, unnest(document.words) AS word(lexeme, positions, weights), LATERAL (
        SELECT sum(CASE weight WHEN 'A' THEN %(title_weight)s WHEN 'B' THEN %(correction_weight)s
                               WHEN 'C' THEN %(corrected_weight)s ELSE %(body_weight)s END) AS frequency
        FROM unnest(word.weights) AS weight
    ) AS weighted
    GROUP BY document.subject_id, word.lexeme
    UNION ALL
    SELECT DISTINCT document.subject_id, '#' || identifier, %(identifier_weight)s::float8
    FROM document, unnest(document.identifiers) AS identifier
), gone AS (
    DELETE FROM search_posting AS posting
    WHERE organisation_id = %(organisation)s AND subject_id = ANY(%(subjects)s) AND NOT EXISTS (
        SELECT FROM held WHERE held.subject_id = posting.subject_id AND held.term = posting.term)
    RETURNING term
), written AS (
    INSERT INTO search_posting AS kept (organisation_id, term, subject_id, frequency)
    SELECT %(organisation)s, term, subject_id, frequency FROM held
    ORDER BY subject_id, term  -- a subject's postings lie side by side, and are read with few pages
    ON CONFLICT (organisation_id, term, subject_id) DO UPDATE SET frequency = excluded.frequency
    WHERE kept.frequency <> excluded.frequency
    RETURNING new.term, old.term IS NULL AS is_new
)
SELECT term, sum(difference)::integer FROM (
    SELECT term, -1 AS difference FROM gone UNION ALL SELECT term, 1 FROM written WHERE is_new
) AS changed
GROUP BY term HAVING sum(difference) <> 0
"""

_MEASURE = """
UPDATE search_subject AS subject
SET words_count = measured.words_count,
    is_solved = EXISTS (SELECT FROM search_document WHERE source_id = subject.id AND is_solved),
    languages = measured.languages,
    embedded_with = '', embedding_until = NULL  -- whoever embeds what it said before comes too late
FROM search_subject AS before, LATERAL (
    SELECT coalesce(sum(frequency) FILTER (WHERE term NOT LIKE '#%%'), 0) AS words_count, ARRAY(
        SELECT DISTINCT split_part(lower(language), '-', 1) FROM search_document WHERE subject_id = before.id ORDER BY 1
    ) AS languages
    FROM search_posting WHERE subject_id = before.id
) AS measured
WHERE subject.id = before.id AND subject.organisation_id = %(organisation)s AND subject.id = ANY(%(subjects)s)
RETURNING (new.words_count > 0)::integer - (old.words_count > 0)::integer, new.words_count - old.words_count
"""

_DROP_EMPTY = """
WITH gone AS (
    DELETE FROM search_subject AS subject
    WHERE organisation_id = %(organisation)s AND id = ANY(%(subjects)s)
      AND NOT EXISTS (SELECT FROM search_document WHERE subject_id = subject.id)
    RETURNING id
)
DELETE FROM search_passagevector WHERE subject_id IN (SELECT id FROM gone)
"""
