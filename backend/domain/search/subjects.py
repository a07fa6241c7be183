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
IDENTIFIER_MARK = "#"


def refresh_subjects(organisation_id: UUID, subject_ids: Iterable[UUID]) -> None:
    """
    Sum up the subjects again from their documents; one without documents goes.

    One that lacks a document of its own (a withdrawn thread whose captions arrive late) holds no term.

    Transaction: joins the caller's. Each subject's row is locked first, in the order of ids: of two writers
    of one subject the second sees what the first wrote, and the statistics change by what really changed.
    """
    named: dict[str, Any] = {"organisation": organisation_id, "subjects": sorted(set(subject_ids))}
    weights = {"title_weight": TITLE_WEIGHT, "identifier_weight": IDENTIFIER_WEIGHT, "body_weight": BODY_WEIGHT}
    difference = Difference()
    with connection.cursor() as cursor:
        cursor.execute(_ENSURE, named)
        cursor.execute(_LOCK, named)
        cursor.execute(_SUM_UP, named | weights)
        for before, after, words in cursor.fetchall():
            difference.add(before=before, after=after, words=words)
        cursor.execute(_DROP_EMPTY, named)
        for before, words in cursor.fetchall():
            difference.add(before=before, after=[], words=-words)
    log_difference(organisation_id, difference)


_ENSURE = """
INSERT INTO search_subject (id, organisation_id, kind, is_solved, terms, frequencies, words_count)
SELECT DISTINCT ON (subject_id) subject_id, organisation_id, subject_kind, false, '{}'::text[], '{}'::float8[], 0
FROM search_document WHERE organisation_id = %(organisation)s AND subject_id = ANY(%(subjects)s)
ORDER BY subject_id
ON CONFLICT (id) DO NOTHING
"""

_LOCK = """
SELECT id FROM search_subject WHERE organisation_id = %(organisation)s AND id = ANY(%(subjects)s)
ORDER BY id FOR UPDATE
"""

_SUM_UP = """
WITH every AS (
    SELECT *, source_id = subject_id AS is_own FROM search_document
    WHERE organisation_id = %(organisation)s AND subject_id = ANY(%(subjects)s)
), summed AS (
    SELECT subject_id, bool_or(is_own) AS is_shown, bool_or(is_solved AND is_own) AS is_solved
    FROM every GROUP BY subject_id
), document AS (
    SELECT every.* FROM every JOIN summed USING (subject_id) WHERE is_shown
), held AS (
    SELECT document.subject_id, word.lexeme AS term, sum(weighted.frequency) AS frequency, true AS is_word
    FROM document, unnest(document.words) AS word(lexeme, positions, weights), LATERAL (
        SELECT sum(CASE weight WHEN 'A' THEN %(title_weight)s ELSE %(body_weight)s END) AS frequency
        FROM unnest(word.weights) AS weight
    ) AS weighted
    GROUP BY document.subject_id, word.lexeme
    UNION ALL
    SELECT DISTINCT document.subject_id, '#' || identifier, %(identifier_weight)s::float8, false
    FROM document, unnest(document.identifiers) AS identifier
), terms AS (
    SELECT subject_id, array_agg(term ORDER BY term) AS terms, array_agg(frequency ORDER BY term) AS frequencies,
           coalesce(sum(frequency) FILTER (WHERE is_word), 0) AS words_count
    FROM held GROUP BY subject_id
)
UPDATE search_subject AS subject
SET is_solved = summed.is_solved, terms = coalesce(terms.terms, '{}'),
    frequencies = coalesce(terms.frequencies, '{}'), words_count = coalesce(terms.words_count, 0)
FROM summed LEFT JOIN terms USING (subject_id)
WHERE subject.id = summed.subject_id AND subject.organisation_id = %(organisation)s
RETURNING old.terms, new.terms, new.words_count - old.words_count
"""

_DROP_EMPTY = """
DELETE FROM search_subject AS subject
WHERE organisation_id = %(organisation)s AND id = ANY(%(subjects)s)
  AND NOT EXISTS (SELECT FROM search_document WHERE subject_id = subject.id)
RETURNING terms, words_count
"""
