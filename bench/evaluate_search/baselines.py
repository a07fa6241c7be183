"""What search is compared with: PostgreSQL's own ranking, and plain BM25, over all text of a thread as one document."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from django.db import connection

from backend.demo.faulttalk import FaultTalkThread
from bench.evaluate_search.stems import stems_of

TOP = 10


def everything_of(fault: FaultTalkThread) -> str:
    """Return all the text of a thread as one, for systems that know no fields."""
    machine = [fault.model, fault.asset_tag, fault.fault_code, fault.make, fault.component]
    closing = [fault.problem, fault.cause, fault.remedy]
    suggested = [advice.text for advice in fault.suggestions]
    return "\n".join([fault.title, *machine, *fault.transcripts, *suggested, *closing])


class PlainRank:
    """`ts_rank` with the English configuration, any word of the question."""

    def __init__(self, faults: Sequence[FaultTalkThread]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BUILD, {"texts": [everything_of(fault) for fault in faults]})

    def best(self, question: str) -> list[int]:
        """Return the indexes of the ten best threads, best first."""
        with connection.cursor() as cursor:
            cursor.execute(_PLAIN_RANK, {"question": question, "top": TOP})
            return [index - 1 for (index,) in cursor.fetchall()]


class PlainBm25:
    """BM25 (k1 1.2, b 0.75) over plain stems."""

    K1, B = 1.2, 0.75

    def __init__(self, faults: Sequence[FaultTalkThread]) -> None:
        self._documents = stems_of([everything_of(fault) for fault in faults])
        self._holders = Counter(term for document in self._documents for term in document)
        self._mean_length = sum(document.total() for document in self._documents) / len(self._documents)

    def best(self, question: str) -> list[int]:
        """Return the indexes of the ten best threads, best first."""
        (asked,) = stems_of([question])
        scores = [sum(self._part(term, document) for term in asked) for document in self._documents]
        ranked = sorted(range(len(scores)), key=lambda index: scores[index], reverse=True)
        return [index for index in ranked[:TOP] if scores[index] > 0]

    def _part(self, term: str, document: Counter[str]) -> float:
        frequency = document[term]
        damping = self.K1 * (1 - self.B + self.B * document.total() / self._mean_length)
        return rarity(self._holders[term], len(self._documents)) * frequency * (self.K1 + 1) / (frequency + damping)


def rarity(holders: int, total: int) -> float:
    """Return the inverse document frequency of a stem that `holders` of `total` texts hold (as Lucene has it)."""
    return math.log(1 + (total - holders + 0.5) / (holders + 0.5))


_BUILD = """
DROP TABLE IF EXISTS plain_rank;
CREATE TEMPORARY TABLE plain_rank AS
SELECT index, to_tsvector('english', body) AS words
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS document(body, index)
"""

_PLAIN_RANK = """
WITH asked AS (
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query
    FROM unnest(to_tsvector('english', %(question)s))
)
SELECT index FROM plain_rank, asked WHERE words @@ query
ORDER BY ts_rank(words, query) DESC, index LIMIT %(top)s
"""
