"""A few words around what matched, safe to show anywhere: plain text and the ranges to mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from backend.domain.search.languages import text_search_configuration

# Private-use characters: taken out of the text first, so that no document can bring its own marks.
_START, _STOP = "\ue000", "\ue001"


@dataclass(frozen=True)
class Snippet:
    """`text` is plain text, never markup; `matches` are [start, end) ranges of characters in it."""

    title: str
    text: str
    matches: tuple[tuple[int, int], ...]


def cut_snippets(
    organisation_id: UUID, document_ids: list[UUID], *, terms: list[str], language: str
) -> dict[UUID, Snippet]:
    """Return a snippet for each document, with the title of what it opens. One query, on these documents only."""
    values: dict[str, Any] = {
        "organisation": organisation_id,
        "documents": document_ids,
        "terms": terms,
        "configuration": text_search_configuration(language),
        "marks": _START + _STOP,
        "options": f"StartSel={_START}, StopSel={_STOP}, MaxWords=30, MinWords=12",
    }
    with connection.cursor() as cursor:
        cursor.execute(_CUT, values)
        return {row[0]: _parse(title=row[1], marked=row[2]) for row in cursor.fetchall()}


def _parse(*, title: str, marked: str) -> Snippet:
    text, matches = "", []
    for index, part in enumerate(marked.split(_START)):
        matched, _, rest = part.partition(_STOP) if index else ("", "", part)
        if matched:
            matches.append((len(text), len(text) + len(matched)))
        text += matched + rest
    return Snippet(title=title, text=text, matches=tuple(matches))


_CUT = """
SELECT document.id, coalesce(main.title, document.title),
       ts_headline(%(configuration)s::regconfig, translate(document.body, %(marks)s, ''), asked.query, %(options)s)
FROM search_document AS document
LEFT JOIN search_document AS main
       ON main.source_id = document.subject_id AND main.organisation_id = document.organisation_id,
LATERAL (
    SELECT coalesce(string_agg(quote_literal(term), ' | ')::tsquery, ''::tsquery) AS query
    FROM unnest(%(terms)s::text[]) AS term
) AS asked
WHERE document.organisation_id = %(organisation)s AND document.id = ANY(%(documents)s)
"""
