"""What search is measured beside: one tsvector a thread with a GIN index, any word of the question, `ts_rank`."""

from __future__ import annotations

from django.db import connection


def build(organisation_id: object) -> None:
    """Write down each thread's whole text once more, as the peer wants it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_peer")
        cursor.execute(_BUILD, [str(organisation_id)])
        cursor.execute("CREATE INDEX ON bench_peer USING gin (words)")
        cursor.execute("ANALYZE bench_peer")


def search(question: str) -> int:
    """Return how many of twenty were found."""
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, [question])
        return len(cursor.fetchall())


_BUILD = """
CREATE TABLE bench_peer AS
SELECT subject_id AS id, to_tsvector('english', string_agg(title || ' ' || body, ' ')) AS words
FROM search_document WHERE organisation_id = %s GROUP BY subject_id
"""

_SEARCH = """
WITH asked AS (
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query FROM unnest(to_tsvector('english', %s))
)
SELECT id FROM bench_peer, asked WHERE words @@ query ORDER BY ts_rank(words, query) DESC LIMIT 20
"""
