"""
How many subjects an organisation has, how long they are, and in how many of them each term occurs.

Every write adds one row to a log (`StatisticsChange`) instead of raising the counters at once: words like
"compressor" are in most threads, so two writers would wait for each other's whole transaction, and two
that write several subjects could wait for each other for ever. Readers add the waiting changes to the
counters, so the figures are always exact. When enough wait, one writer folds them into the counters; an
advisory lock sees to it that only one does, and nobody waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from backend.domain import tenancy
from backend.domain.search.models import StatisticsChange

# Every search reads what waits, so it is kept short: changes, and terms of a bulk load's.
FOLD_WHEN_WAITING = 64
FOLD_WHEN_TERMS = 1_000


@dataclass
class Difference:
    """What a write changed: how many subjects, words, and subjects that hold each term, there are more or fewer."""

    terms: dict[str, int]
    subjects: int = 0
    words: float = 0


def log_difference(organisation_id: UUID, difference: Difference) -> None:
    """
    Add `difference` to the organisation's statistics.

    Transaction: joins the caller's; takes no lock that another writer would wait for.
    """
    if not difference.terms and not difference.subjects and not difference.words:
        return
    tenancy.create(
        StatisticsChange,
        organisation_id=organisation_id,
        terms=list(difference.terms),
        differences=list(difference.terms.values()),
        subjects_difference=difference.subjects,
        words_difference=difference.words,
    )
    waiting = tenancy.within_organisation(organisation_id, StatisticsChange)[: FOLD_WHEN_WAITING + 1].count()
    if waiting > FOLD_WHEN_WAITING or len(difference.terms) > FOLD_WHEN_TERMS:
        fold_changes(organisation_id)


def fold_changes(organisation_id: UUID) -> None:
    """
    Add the waiting changes to the counters, unless somebody else is at it.

    Transaction: joins the caller's; what others have not committed yet stays waiting.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURN, [f"search statistics {organisation_id}"])
        (is_my_turn,) = cursor.fetchone()
        if is_my_turn:
            cursor.execute(_FOLD, {"organisation": organisation_id})


@dataclass(frozen=True)
class TermStatistics:
    """
    A term of a question, or one that stands for it: `weight` is what it counts then, 0..1; 1 for the term itself.

    `word` is the one that was asked, of a stem; None of what was not asked as a word.
    """

    term: str
    stands_for: str
    weight: float
    subjects_count: int
    word: str | None


@dataclass(frozen=True)
class Statistics:
    """An organisation's figures for one question. Every term that was asked is there once for itself."""

    subjects_count: int
    mean_words_count: float
    terms: list[TermStatistics]


def read_statistics(organisation_id: UUID, *, words: str, configuration: str, terms: list[str]) -> Statistics:
    """
    Return the figures for the stems of `words`, for what stands for them, and for `terms` as they are. One query.

    `configuration` names the text search configuration that stems; a term that no subject has counts 0.
    """
    asked: dict[str, Any] = {
        "organisation": organisation_id,
        "configuration": configuration,
        "words": words,
        "padded": f" {words.lower()} ",
        "terms": terms,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, asked)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    subjects_count, words_count = rows[0][:2]
    return Statistics(
        subjects_count=subjects_count,
        mean_words_count=words_count / subjects_count if subjects_count else 0.0,
        terms=[TermStatistics(*row[2:]) for row in rows if row[2] is not None],
    )


_TAKE_TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"

_FOLD = """
WITH folded AS (
    DELETE FROM search_statisticschange WHERE organisation_id = %(organisation)s
    RETURNING terms, differences, subjects_difference, words_difference
), totals AS (
    INSERT INTO search_totals AS kept (id, organisation_id, subjects_count, words_count)
    SELECT uuidv7(), %(organisation)s, sum(subjects_difference), sum(words_difference) FROM folded HAVING count(*) > 0
    ON CONFLICT (organisation_id) DO UPDATE
    SET subjects_count = kept.subjects_count + excluded.subjects_count,
        words_count = kept.words_count + excluded.words_count
)
INSERT INTO search_termcount AS kept (id, organisation_id, term, subjects_count)
SELECT uuidv7(), %(organisation)s, changed.term, sum(changed.difference)
FROM folded, unnest(folded.terms, folded.differences) AS changed(term, difference)
GROUP BY changed.term HAVING sum(changed.difference) <> 0
ON CONFLICT (organisation_id, term) DO UPDATE SET subjects_count = kept.subjects_count + excluded.subjects_count
"""

_READ = """
WITH typed AS (
    SELECT lexeme AS term, word
    FROM unnest(string_to_array(%(words)s, ' ')) AS word, unnest(to_tsvector(%(configuration)s::regconfig, word))
    UNION ALL SELECT unnest(%(terms)s::text[]), NULL
), nicknamed AS (
    SELECT lexeme AS term
    FROM search_nickname AS nickname, LATERAL (
        SELECT lexeme FROM unnest(to_tsvector(%(configuration)s::regconfig, means_words || said_words))
        UNION SELECT '#' || unnest(identifiers)
    ) AS meant
    WHERE organisation_id = %(organisation)s
      AND (strpos(%(padded)s, said_words) > 0 OR strpos(%(padded)s, means_words) > 0)
), own AS (
    SELECT term, min(word) AS word FROM (SELECT * FROM typed UNION ALL SELECT term, NULL FROM nicknamed) AS every
    GROUP BY term
), asked AS (
    SELECT term, term AS stands_for, 1::float8 AS weight, word FROM own
    UNION ALL
    SELECT alike.other, own.term, alike.weight, NULL
    FROM own, LATERAL (
        SELECT other, weight FROM search_tradeword
        WHERE configuration = %(configuration)s AND term = own.term
        OFFSET 0  -- looked up word by word, here and below: the planner would read every word there is
    ) AS alike
    WHERE alike.other NOT IN (SELECT term FROM own)
), waiting AS (
    SELECT * FROM search_statisticschange WHERE organisation_id = %(organisation)s
), changed AS (
    SELECT change.term, sum(change.difference) AS difference
    FROM waiting, unnest(waiting.terms, waiting.differences) AS change(term, difference)
    WHERE change.term IN (SELECT term FROM asked) GROUP BY change.term
), totals AS (
    SELECT sum(subjects_count) AS subjects_count, sum(words_count) AS words_count FROM (
        SELECT subjects_count, words_count FROM search_totals WHERE organisation_id = %(organisation)s
        UNION ALL SELECT subjects_difference, words_difference FROM waiting
    ) AS parts
)
SELECT coalesce(totals.subjects_count, 0)::bigint, coalesce(totals.words_count, 0),
       asked.term, asked.stands_for, asked.weight,
       (coalesce(counted.subjects_count, 0) + coalesce(changed.difference, 0))::bigint, asked.word
FROM totals LEFT JOIN asked ON true
LEFT JOIN LATERAL (
    SELECT subjects_count FROM search_termcount
    WHERE organisation_id = %(organisation)s AND term = asked.term
    OFFSET 0
) AS counted ON true
LEFT JOIN changed ON changed.term = asked.term
"""
