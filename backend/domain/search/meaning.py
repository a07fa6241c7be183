"""The passages of a subject that are embedded: whole lines or captions, half a minute of speech together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from uuid import UUID

from django.db import connection

# Half a minute of speech, as the passages of words; chosen on FaultTalk, see docs/adr/0028-found-by-meaning.md.
MEANING_WORDS = 80


@dataclass(frozen=True)
class Said:
    """One line of a document or one caption. What has the same `text_id` is one text."""

    subject_id: UUID
    text_id: UUID
    text: str


def text_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def read_passages(organisation_id: UUID, subject_ids: list[UUID]) -> dict[UUID, list[str]]:
    """
    Return by subject the passages that tell what it says now, in reading order, each once. One query.

    A subject without a document of its own (a withdrawn thread whose captions came late) has none.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"organisation": organisation_id, "subjects": subject_ids})
        said = [Said(*row) for row in cursor.fetchall()]
    passages: dict[UUID, list[str]] = {subject_id: [] for subject_id in subject_ids}
    for (subject_id, _), text in groupby(said, key=lambda each: (each.subject_id, each.text_id)):
        passages[subject_id] += pack(each.text for each in text)
    return {subject_id: list(dict.fromkeys(each)) for subject_id, each in passages.items()}


def pack(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of one text, as many together as make `MEANING_WORDS`; a longer line is cut."""
    packed: list[str] = []
    for line in (words[start : start + MEANING_WORDS] for words in map(str.split, lines) for start in _starts(words)):
        if packed and len(packed) + len(line) > MEANING_WORDS:
            yield " ".join(packed)
            packed = []
        packed += line
    if packed:
        yield " ".join(packed)


def _starts(words: list[str]) -> range:
    return range(0, len(words), MEANING_WORDS)


# The title is a line of a thread or how-to; a caption or step repeats it.
_SAID = """
SELECT subject_id, coalesce(clip_id, document.id), line
FROM search_document AS document, unnest(
    CASE WHEN kind IN ('thread', 'howto') THEN ARRAY[title] ELSE '{}' END || string_to_array(body, E'\\n')
) WITH ORDINALITY AS lines(line, position)
WHERE organisation_id = %(organisation)s AND subject_id = ANY(%(subjects)s)
  AND EXISTS (SELECT FROM search_document AS own WHERE own.source_id = document.subject_id)
ORDER BY subject_id, clip_id NULLS FIRST, start_ms, document.id, position
"""
