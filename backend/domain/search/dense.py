"""Which subjects mean what was asked, whatever words they say it in: the nearest passages, read through their index."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from backend.domain.search.embedders import EmbedderUnavailable, Vector, current_embedder
from backend.domain.search.models import SubjectKind
from backend.domain.search.narrowing import FITS
from backend.domain.search.ranking import MAY_BE_FOUND, SEEDED_SUBJECTS, Filters, filter_values
from backend.domain.search.vectors import vector_text

logger = logging.getLogger(__name__)

NEAREST_PASSAGES = 100
# A subject is as close as its best passages are together: one alone may be close by chance.
PASSAGES_COUNTED = 3


@dataclass(frozen=True)
class Question:
    """What was asked, in the space of one embedder."""

    embedder: str
    vector: Vector


@dataclass(frozen=True)
class Near:
    """A subject, and how close it means what was asked: the mean cosine of its best passages, -1..1."""

    subject_id: UUID
    kind: SubjectKind
    is_solved: bool
    closeness: float


def embed_question(words: str) -> Question | None:
    """Return `words` as the configured embedder reads them; None without one, and when it fails, which is logged."""
    try:
        embedder = current_embedder()
        return Question(embedder.name, embedder.embed_question(words)) if embedder else None
    except EmbedderUnavailable as error:
        logger.warning("Search goes by words alone: %s", error)
        return None


def near_subjects(
    organisation_id: UUID, question: Question, *, among: list[UUID], filters: Filters
) -> dict[UUID, Near]:
    """
    Return how close the subjects `among` are, and those that hold the nearest passages and may be found.

    Subjects without a vector are left out. Tenancy: the organisation's alone. One query.
    """
    values = filter_values(organisation_id, filters=filters) | {
        "embedder": question.embedder,
        "question": vector_text(question.vector),
        "dimensions": len(question.vector),
        "among": among,
        "nearest": NEAREST_PASSAGES,
        "counted": PASSAGES_COUNTED,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # The index holds every organisation's passages: read on until enough are this one's.
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL hnsw.ef_search = 100")
        cursor.execute(filters.readable.put_into(_NEAR), values)
        return {row[0]: Near(row[0], SubjectKind(row[1]), *row[2:]) for row in cursor.fetchall()}


_NEAR = f"""
WITH nearest AS MATERIALIZED (
    SELECT subject_id FROM search_passagevector
    WHERE organisation_id = %(organisation)s AND embedder = %(embedder)s
    ORDER BY vector::halfvec(%(dimensions)s) <=> %(question)s::halfvec(%(dimensions)s) LIMIT %(nearest)s
), seeded AS (
    SELECT DISTINCT subject_id FROM nearest
), candidate AS (
    SELECT subject.id FROM {SEEDED_SUBJECTS}
    WHERE {MAY_BE_FOUND} AND {" AND ".join(FITS.values())}
    UNION SELECT unnest(%(among)s::uuid[])
)
SELECT subject.id, subject.kind, subject.is_solved, best.closeness
FROM candidate, LATERAL (
    SELECT * FROM search_subject WHERE id = candidate.id OFFSET 0  -- as in SEEDED_SUBJECTS
) AS subject, LATERAL (
    SELECT avg(cosine) AS closeness FROM (
        SELECT 1 - (vector::halfvec(%(dimensions)s) <=> %(question)s::halfvec(%(dimensions)s)) AS cosine
        FROM (
            SELECT vector FROM search_passagevector
            WHERE organisation_id = %(organisation)s AND embedder = %(embedder)s AND subject_id = candidate.id
            OFFSET 0  -- a subject has few passages: they are compared, not looked for in the index
        ) AS passage
        ORDER BY cosine DESC LIMIT %(counted)s
    ) AS counted
) AS best
WHERE subject.organisation_id = %(organisation)s AND best.closeness IS NOT NULL
"""  # noqa: S608 - made of constants
