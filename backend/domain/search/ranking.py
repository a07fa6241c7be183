"""
BM25F over the subjects of one organisation, computed in PostgreSQL.

The words that stand for one asked word are counted together, each by its weight, before their frequency saturates.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from backend.domain.search.asked import Asked
from backend.domain.search.models import SubjectKind
from backend.domain.search.narrowing import FITS, Narrowing
from backend.domain.search.readable import ALL, READABLE, Readable

# Robertson & Zaragoza 2009: how fast repetition saturates, and how much long subjects are held back.
K1 = 1.2
B = 0.75

# How many of the subjects that the most telling terms brought up are scored by every term.
SCORED = 200

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
    phrases: tuple[str, ...] = ()  # plain words that must stand together in some text of the subject
    excluded: tuple[str, ...] = ()  # … that must not
    configuration: str = "simple"  # that stems both
    narrowing: Narrowing = field(default_factory=Narrowing)
    readable: Readable = ALL


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
    values = question_values(organisation_id, asked, filters=filters)
    values |= {
        "scored": SCORED,
        "b": B,
        "mean_words_count": asked.mean_words_count or 1.0,
        "solved_factor": SOLVED_FACTOR,
        "howto": SubjectKind.HOWTO.value,
        "howto_factor": HOWTO_FACTOR,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(filters.readable.put_into(_RANK), values)
        return [Ranked(row[0], SubjectKind(row[1]), *row[2:]) for row in cursor.fetchall()]


def question_values(organisation_id: UUID, asked: Asked, *, filters: Filters) -> dict[str, Any]:
    """Return the parameters of `SEEDED` and `MAY_BE_FOUND`, and those of the filters."""
    return filter_values(organisation_id, filters=filters) | {
        "terms": list(asked.rarity),
        "weights": [asked.weight[term] for term in asked.rarity],
        "rarities": [rarity / asked.weight[term] for term, rarity in asked.rarity.items()],
        "asked_terms": [asked.stands_for[term] for term in asked.rarity],
        "seeds": asked.seeds,
        "most_of_a_term": asked.candidates_count,
        "k1": K1,
    }


def filter_values(organisation_id: UUID, *, filters: Filters) -> dict[str, Any]:
    """Return the parameters of `MAY_BE_FOUND` and of the facts that are wanted."""
    return {
        **filters.narrowing.as_values(),
        **filters.readable.values,
        "organisation": organisation_id,
        "kinds": [kind.value for kind in filters.kinds],
        "solved_only": filters.solved_only,
        "excluding": filters.excluding,
        "phrases": list(filters.phrases),
        "excluded": list(filters.excluded),
        "configuration": filters.configuration,
    }


# Who holds the most telling terms is found first, and only the best of them are scored by every term: reading all terms
# of 2,000 subjects took 260 ms among 20,000 threads, and grew with the organisation *(measured)*. Of a term that very
# many hold the newest count (ids are time-ordered).
SEEDED = """
asked AS (
    SELECT * FROM unnest(%(terms)s::text[], %(asked_terms)s::text[], %(weights)s::float8[], %(rarities)s::float8[])
        AS asked(term, stands_for, weight, rarity)
), seeded AS (
    SELECT subject_id, sum(weight * rarity * frequency / (frequency + %(k1)s::float8)) AS promise
    FROM asked, LATERAL (
        SELECT subject_id, frequency FROM search_posting
        WHERE organisation_id = %(organisation)s AND term = asked.term
        ORDER BY subject_id DESC LIMIT %(most_of_a_term)s
    ) AS posting
    WHERE asked.term = ANY(%(seeds)s::text[])
    GROUP BY subject_id
)
"""

# Looked up one by one: the planner would read every subject of the organisation.
SEEDED_SUBJECTS = """
seeded, LATERAL (SELECT * FROM search_subject WHERE id = seeded.subject_id OFFSET 0) AS subject
"""

MAY_BE_FOUND = f"""
{READABLE} AND subject.kind = ANY(%(kinds)s) AND (subject.is_solved OR NOT %(solved_only)s)
AND subject.id IS DISTINCT FROM %(excluding)s::uuid
AND (%(phrases)s::text[] = '{{}}' OR subject.id IN (
    SELECT subject_id FROM search_document AS document, unnest(%(phrases)s::text[]) AS phrase
    WHERE subject_id IN (SELECT subject_id FROM seeded)
      AND words @@ phraseto_tsquery(%(configuration)s::regconfig, phrase)
    GROUP BY subject_id HAVING count(DISTINCT phrase) = cardinality(%(phrases)s::text[])))
AND (%(excluded)s::text[] = '{{}}' OR subject.id NOT IN (
    SELECT subject_id FROM search_document AS document, unnest(%(excluded)s::text[]) AS phrase
    WHERE subject_id IN (SELECT subject_id FROM seeded)
      AND words @@ phraseto_tsquery(%(configuration)s::regconfig, phrase)))
"""  # noqa: S608 - made of constants

_RANK = f"""
WITH {SEEDED}, candidate AS MATERIALIZED (
    SELECT subject.id, subject.kind, subject.is_solved,
           %(k1)s::float8 * (1 - %(b)s::float8 + %(b)s::float8 * subject.words_count / %(mean_words_count)s::float8)
               AS damping
    FROM {SEEDED_SUBJECTS}
    WHERE {MAY_BE_FOUND} AND {" AND ".join(FITS.values())}
    ORDER BY promise DESC, subject.id DESC LIMIT %(scored)s
), held AS (
    SELECT id, kind, is_solved, damping, sum(weight * frequency) AS frequency,
           max(rarity) AS rarity, max(weight * rarity) AS matched, bool_or(asked.term LIKE '#%%') AS is_identifier
    FROM candidate, LATERAL (
        SELECT term, frequency FROM search_posting
        WHERE organisation_id = %(organisation)s AND subject_id = candidate.id AND term = ANY(%(terms)s::text[])
        OFFSET 0  -- looked up candidate by candidate: the planner would read every posting of a common term
    ) AS posting JOIN asked USING (term)
    GROUP BY id, kind, is_solved, damping, asked.stands_for
)
SELECT id, kind, is_solved,
       sum(rarity * frequency * (%(k1)s::float8 + 1) / (frequency + damping))
           * CASE WHEN kind = %(howto)s THEN %(howto_factor)s::float8
                  WHEN is_solved THEN %(solved_factor)s::float8 ELSE 1 END AS score,
       sum(matched), bool_or(is_identifier)
FROM held
GROUP BY id, kind, is_solved
ORDER BY score DESC, id DESC
LIMIT %(limit)s
"""  # noqa: S608 - made of constants
