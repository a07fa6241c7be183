"""What search is compared with: PostgreSQL's own ranking, and plain BM25, over all text of a thread as one document."""

from __future__ import annotations

import json
import math
from collections import Counter

from django.db import connection

from bench.faulttalk import FaultThread

TOP = 10


class PlainRank:
    """`ts_rank` with the English configuration, any word of the question."""

    def __init__(self, threads: list[FaultThread]) -> None:
        self._texts = [thread.everything for thread in threads]

    def best(self, question: str) -> list[int]:
        """Return the indexes of the ten best threads, best first."""
        with connection.cursor() as cursor:
            cursor.execute(_PLAIN_RANK, {"texts": self._texts, "question": question, "top": TOP})
            return [index - 1 for (index,) in cursor.fetchall()]


class PlainBm25:
    """BM25 (k1 1.2, b 0.75) over the stems that PostgreSQL's English configuration makes of the text as it is."""

    K1, B = 1.2, 0.75

    def __init__(self, threads: list[FaultThread]) -> None:
        self._documents = _stems([thread.everything for thread in threads])
        self._holders = Counter(term for document in self._documents for term in document)
        self._mean_length = sum(document.total() for document in self._documents) / len(self._documents)

    def best(self, question: str) -> list[int]:
        """Return the indexes of the ten best threads, best first."""
        (asked,) = _stems([question])
        scores = [sum(self._part(term, document) for term in asked) for document in self._documents]
        ranked = sorted(range(len(scores)), key=lambda index: scores[index], reverse=True)
        return [index for index in ranked[:TOP] if scores[index] > 0]

    def _part(self, term: str, document: Counter[str]) -> float:
        frequency = document[term]
        damping = self.K1 * (1 - self.B + self.B * document.total() / self._mean_length)
        holders = self._holders[term]
        rarity = math.log(1 + (len(self._documents) - holders + 0.5) / (holders + 0.5))
        return rarity * frequency * (self.K1 + 1) / (frequency + damping)


def _stems(texts: list[str]) -> list[Counter[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, {"texts": texts})
        return [Counter(json.loads(stems)) for (stems,) in cursor.fetchall()]


_PLAIN_RANK = """
WITH asked AS (
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query
    FROM unnest(to_tsvector('english', %(question)s))
)
SELECT index FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS document(body, index), asked
WHERE to_tsvector('english', body) @@ query
ORDER BY ts_rank(to_tsvector('english', body), query) DESC, index LIMIT %(top)s
"""

_STEMS = """
SELECT coalesce(counted.stems, '{}')
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS document(body, index), LATERAL (
    SELECT jsonb_object_agg(lexeme, cardinality(positions)) AS stems FROM unnest(to_tsvector('english', body))
) AS counted
ORDER BY index
"""
