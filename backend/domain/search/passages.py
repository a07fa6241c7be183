"""
The place in a subject that answers best: the words of a question close together, in one text or in one clip's captions.

BM25 counts words wherever they stand; people describe a symptom in one breath. On FaultTalk the best
passage, added to BM25, lifts typed questions by 2 % and spoken ones by 4 % *(measured)*.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db import connection

from backend.domain.search.asked import Asked

# An asked term in a text: its position, the index of the piece that holds it, the term.
Spot = tuple[int, int, str]

PASSAGE_WORDS = 90  # half a minute of speech; chosen on FaultTalk, see docs/adr/0027-words-of-the-trades.md

# A word that most threads hold is still in few captions of each: one in seven (the logarithm of 7.4 is 2). And of two
# captions the one that says it as it was asked is the better place, however rare the other's word for it is. On
# FaultTalk the right caption within 5 s: 0.88 of hits, 0.78 without either; from 1 to 3 does alike *(measured)*.
CAPTION_RARITY = 2.0
OTHER_WORD_SHARE = 0.2


@dataclass(frozen=True)
class Piece:
    """One document of a subject, with the asked terms in it. `offset` is where it begins in its clip's captions."""

    terms: dict[str, list[int]]  # positions from 1
    document_id: UUID
    subject_id: UUID
    clip_id: UUID | None
    start_ms: int | None
    end_ms: int | None
    offset: int
    is_correction: bool = False

    @property
    def text_id(self) -> UUID:
        """What it runs on with: captions of one clip are one text."""
        return self.clip_id or self.document_id


@dataclass(frozen=True)
class Passage:
    """The best stretch of one text: `rarity` sums that of the asked terms in it; `piece` holds most of it."""

    piece: Piece
    rarity: float


def read_pieces(organisation_id: UUID, subject_ids: list[UUID], terms: list[str]) -> dict[UUID, list[Piece]]:
    """Return the subjects' documents in reading order, a subject's own first, by subject. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PIECES, {"organisation": organisation_id, "subjects": subject_ids, "terms": terms})
        # Django leaves jsonb as text on plain cursors.
        pieces = [Piece(json.loads(terms), *facts) for terms, *facts in cursor.fetchall()]
    return {subject_id: list(held) for subject_id, held in groupby(pieces, key=lambda piece: piece.subject_id)}


def best_passage(pieces: Iterable[Piece], asked: Asked) -> Passage | None:
    """
    Return the best passage of one subject's pieces, the earliest of equals; None when there is no piece.

    Pieces without any asked term make a passage of rarity 0: the beginning of the first.
    """
    texts = [list(text) for _, text in groupby(pieces, key=lambda piece: piece.text_id)]
    passages = (_best_of_text(text, asked) for text in texts)
    return max(passages, key=lambda passage: passage.rarity, default=None)


def most_telling_piece(pieces: Iterable[Piece], asked: Asked) -> Piece | None:
    """Return the piece that holds most of what was asked by itself, the earliest of equals; None: none holds any."""
    telling = [(_telling(piece, asked), piece) for piece in pieces if piece.terms]
    return max(telling, key=lambda each: each[0], default=(0.0, None))[1]


def _telling(piece: Piece, asked: Asked) -> float:
    """Return the rarity, among captions, of the asked terms in the piece; words that stand for one count little."""
    best: dict[str, float] = {}
    for term in piece.terms:
        stands_for = asked.stands_for[term]
        rarity = asked.rarity[term] + asked.weight[term] * CAPTION_RARITY
        counts = rarity if term == stands_for else rarity * OTHER_WORD_SHARE
        best[stands_for] = max(counts, best.get(stands_for, 0.0))
    return sum(best.values())


def _best_of_text(pieces: list[Piece], asked: Asked) -> Passage:
    spots = sorted(
        (piece.offset + position, index, term)
        for index, piece in enumerate(pieces)
        for term, positions in piece.terms.items()
        for position in positions
    )
    if not spots:
        return Passage(piece=pieces[0], rarity=0.0)
    window = max(_windows(spots), key=lambda window: _rarity_of(window, asked))
    return Passage(piece=pieces[_main_piece(window, asked)], rarity=_rarity_of(window, asked))


def _rarity_of(window: list[Spot], asked: Asked) -> float:
    """Return the rarity of the asked terms in the window; of those that stand for one, the best counts."""
    best: dict[str, float] = {}
    for _, _, term in window:
        stands_for = asked.stands_for[term]
        best[stands_for] = max(asked.rarity[term], best.get(stands_for, 0.0))
    return sum(best.values())


def _windows(spots: list[Spot]) -> Iterable[list[Spot]]:
    """Yield the stretches of a passage's length that no other one holds whole."""
    end = 0
    for start, (position, _, _) in enumerate(spots):
        before = end
        while end < len(spots) and spots[end][0] < position + PASSAGE_WORDS:
            end += 1
        if end > before:
            yield spots[start:end]


def _main_piece(window: list[Spot], asked: Asked) -> int:
    weights: dict[int, float] = defaultdict(float)
    for index, term in {(index, term) for _, index, term in window}:
        weights[index] += asked.rarity[term]
    return max(sorted(weights), key=lambda index: weights[index])


_PIECES = """
WITH piece AS (
    SELECT id, source_id, subject_id, clip_id, start_ms, end_ms, words, kind = 'correction' AS is_correction,
           CASE WHEN clip_id IS NULL THEN 0
                ELSE sum(words_count) OVER (PARTITION BY subject_id, clip_id ORDER BY start_ms, id) - words_count
           END AS word_offset
    FROM search_document
    WHERE organisation_id = %(organisation)s AND subject_id = ANY(%(subjects)s)
)
SELECT coalesce(found.terms, '{}'), piece.id, subject_id, clip_id, start_ms, end_ms, word_offset,
       is_correction
FROM piece, LATERAL (
    SELECT jsonb_object_agg(lexeme, positions) AS terms FROM unnest(words) WHERE lexeme = ANY(%(terms)s)
) AS found
ORDER BY subject_id, clip_id NULLS FIRST, start_ms, source_id <> subject_id, piece.id
"""
