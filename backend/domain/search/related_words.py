"""Write down which words stand for which: the trades' own, for everybody, and each organisation's nicknames."""

from __future__ import annotations

from functools import cache

from django.db import connection, transaction

from backend.domain.search.languages import text_search_configuration
from backend.domain.search.trade_words.reading import read_trade_words


@transaction.atomic
def load_trade_words() -> int:
    """
    Put the trades' words, stemmed, in place of those that were loaded before. Return how many pairs there are.

    Transaction: opens its own. Idempotent.
    """
    pairs = _stemmed_pairs()
    columns = [list(column) for column in zip(*((*pair, weight) for pair, weight in pairs.items()), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_tradeword")
        cursor.execute(_INSERT, columns)
    return len(pairs)


@cache
def _stemmed_pairs() -> dict[tuple[str, str, str], float]:
    """Return by (configuration, term, other term) what the other counts. Read and stemmed once in a process."""
    stemmed: dict[tuple[str, str, str], float] = {}
    words = read_trade_words()
    for language in {language for language, _, _ in words}:
        configuration = text_search_configuration(language)
        stems = _stems(configuration, sorted({word for known, word, _ in words if known == language}))
        for (known, word, other), weight in words.items():
            if known == language and word in stems and other in stems and stems[word] != stems[other]:
                key = (configuration, stems[word], stems[other])
                stemmed[key] = max(weight, stemmed.get(key, 0.0))
    return stemmed


def _stems(configuration: str, words: list[str]) -> dict[str, str]:
    """Return the stem of each word; stop words, which say nothing, have none."""
    with connection.cursor() as cursor:
        cursor.execute(_STEM, {"configuration": configuration, "words": words})
        return {word: stems[0] for word, stems in cursor.fetchall() if len(stems) == 1}


_STEM = """
SELECT word, tsvector_to_array(to_tsvector(%(configuration)s::regconfig, word)) FROM unnest(%(words)s::text[]) AS word
"""

_INSERT = """
INSERT INTO search_tradeword (id, configuration, term, other, weight)
SELECT uuidv7(), * FROM unnest(%s::text[], %s::text[], %s::text[], %s::float8[])
"""
