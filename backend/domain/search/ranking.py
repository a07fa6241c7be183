"""BM25F over the subjects of one organisation, computed in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from backend.domain.search.asked import Asked
from backend.domain.search.models import SubjectKind

# Robertson & Zaragoza 2009: how fast repetition saturates, and how much long subjects are held back.
K1 = 1.2
B = 0.75

# At equal relevance what is known to work comes first. A released how-to also beats the longer thread it was made
# from, which says the same words more often.
SOLVED_FACTOR = 1.1
HOWTO_FACTOR = 1.4


@dataclass(frozen=True)
class Filters:
    """Which subjects may be found."""

    kinds: Collection[SubjectKind] = tuple(SubjectKind)
    solved_only: bool = False
    excluding: UUID | None = None


@dataclass(frozen=True)
class Ranked:
    """One subject with its score; `matched_rarity` is the rarity of the asked terms that it holds, summed."""

    subject_id: UUID
    kind: SubjectKind
    is_solved: bool
    score: float
    matched_rarity: float
    has_identifier: bool


def rank_subjects(organisation_id: UUID, asked: Asked, *, filters: Filters, limit: int) -> list[Ranked]:
    """Return the `limit` best subjects for what was asked, best first. One query."""
    values: dict[str, Any] = {
        "organisation": organisation_id,
        "terms": list(asked.rarity),
        "rarities": list(asked.rarity.values()),
        "asked_terms": [asked.stands_for[term] for term in asked.rarity],
        "seeds": asked.seeds,
        "kinds": [kind.value for kind in filters.kinds],
        "solved_only": filters.solved_only,
        "excluding": filters.excluding,
        "k1": K1,
        "b": B,
        "mean_words_count": asked.mean_words_count or 1.0,
        "solved_factor": SOLVED_FACTOR,
        "howto": SubjectKind.HOWTO.value,
        "howto_factor": HOWTO_FACTOR,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RANK, values)
        return [Ranked(row[0], SubjectKind(row[1]), *row[2:]) for row in cursor.fetchall()]


_RANK = """
WITH asked AS (
    SELECT * FROM unnest(%(terms)s::text[], %(asked_terms)s::text[], %(rarities)s::float8[])
        AS asked(term, stands_for, rarity)
), candidate AS (
    SELECT id, kind, is_solved,
           %(k1)s::float8 * (1 - %(b)s::float8 + %(b)s::float8 * words_count / %(mean_words_count)s::float8) AS damping
    FROM search_subject
    WHERE id IN (
        SELECT subject_id FROM search_posting
        WHERE organisation_id = %(organisation)s AND term = ANY(%(seeds)s::text[])
    ) AND kind = ANY(%(kinds)s) AND (is_solved OR NOT %(solved_only)s) AND id IS DISTINCT FROM %(excluding)s::uuid
), held AS (
    SELECT id, kind, is_solved, max(rarity * frequency * (%(k1)s::float8 + 1) / (frequency + damping)) AS score,
           max(rarity) AS rarity, bool_or(asked.term LIKE '#%%') AS is_identifier
    FROM candidate CROSS JOIN asked JOIN search_posting AS posting
      ON posting.organisation_id = %(organisation)s AND posting.term = asked.term AND posting.subject_id = candidate.id
    GROUP BY id, kind, is_solved, asked.stands_for
)
SELECT id, kind, is_solved,
       sum(score) * CASE WHEN kind = %(howto)s THEN %(howto_factor)s::float8
                         WHEN is_solved THEN %(solved_factor)s::float8 ELSE 1 END AS score,
       sum(rarity), bool_or(is_identifier)
FROM held
GROUP BY id, kind, is_solved
ORDER BY score DESC, id DESC
LIMIT %(limit)s
"""
