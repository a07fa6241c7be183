"""The stems that PostgreSQL's English configuration makes of a text as it is: no synonyms, no codes, no fields."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from django.db import connection


def stems_of(texts: Sequence[str]) -> list[Counter[str]]:
    """Return how often each stem stands in each text."""
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, {"texts": list(texts)})
        return [Counter(json.loads(stems)) for (stems,) in cursor.fetchall()]


_STEMS = """
SELECT coalesce(counted.stems, '{}')
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS document(body, index), LATERAL (
    SELECT jsonb_object_agg(lexeme, cardinality(positions)) AS stems FROM unnest(to_tsvector('english', body))
) AS counted
ORDER BY index
"""
