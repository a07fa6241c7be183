"""Write down which words stand for which: the trades' own, for everybody, and each organisation's nicknames."""

from __future__ import annotations

import json

from django.db import connection, transaction

from backend.domain.search.languages import text_search_configuration
from backend.domain.search.trade_words.reading import read_trade_words


@transaction.atomic
def load_trade_words() -> int:
    """
    Put the trades' words, stemmed, in place of those that were loaded before. Return how many pairs there are.

    Transaction: opens its own. Idempotent.
    """
    pairs = [
        {"configuration": text_search_configuration(language), "word": word, "other": other, "weight": weight}
        for (language, word, other), weight in read_trade_words().items()
    ]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_tradeword")
        cursor.execute(_LOAD, [json.dumps(pairs)])
        return int(cursor.rowcount)


# A word that stands for itself once stemmed, or a stop word, says nothing.
_LOAD = """
WITH pair AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS pair(configuration text, word text, other text, weight float8)
), stem AS (
    SELECT configuration, word, tsvector_to_array(to_tsvector(configuration::regconfig, word)) AS terms
    FROM (SELECT configuration, word FROM pair UNION SELECT configuration, other FROM pair) AS every
)
INSERT INTO search_tradeword (id, configuration, term, other, weight)
SELECT uuidv7(), pair.configuration, own.terms[1], other.terms[1], max(pair.weight)
FROM pair
JOIN stem AS own ON (own.configuration, own.word) = (pair.configuration, pair.word)
JOIN stem AS other ON (other.configuration, other.word) = (pair.configuration, pair.other)
WHERE cardinality(own.terms) = 1 AND cardinality(other.terms) = 1 AND own.terms[1] <> other.terms[1]
GROUP BY pair.configuration, own.terms[1], other.terms[1]
"""
