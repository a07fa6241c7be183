from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain.search.asked import Asked
from backend.domain.search.passages import Piece, best_passage, most_telling_piece

RARITY = {"strainer": 3.0, "clog": 2.0, "water": 1.0, "filter": 1.5}
ASKED = Asked(
    rarity=RARITY,
    stands_for={term: "strainer" if term == "filter" else term for term in RARITY},
    weight=dict.fromkeys(RARITY, 1.0),
    seeds=[],
    mean_words_count=1.0,
    total_rarity=6.0,
)
SUBJECT, CLIP = uuid7(), uuid7()


def piece(
    terms: dict[str, list[int]], *, clip_id: UUID | None = None, start_ms: int | None = None, offset: int = 0
) -> Piece:
    return Piece(terms, uuid7(), SUBJECT, clip_id, start_ms, start_ms, offset)


class TestBestPassage:
    def test_prefers_words_that_stand_together_over_the_same_words_far_apart(self) -> None:
        scattered = piece({"strainer": [1], "clog": [200], "water": [400]})
        together = piece({"strainer": [100], "clog": [101]})

        passage = best_passage([scattered, together], ASKED)

        assert passage is not None
        assert (passage.piece, passage.rarity) == (together, 5.0)

    def test_reads_the_captions_of_one_clip_as_one_text(self) -> None:
        first = piece({"water": [3]}, clip_id=CLIP, start_ms=0)
        second = piece({"strainer": [1], "clog": [2]}, clip_id=CLIP, start_ms=2_000, offset=8)

        passage = best_passage([first, second], ASKED)

        assert passage is not None
        assert (passage.piece, passage.rarity) == (second, 6.0)

    def test_begins_at_the_beginning_when_no_word_is_there(self) -> None:
        first, second = piece({}), piece({})

        passage = best_passage([first, second], ASKED)

        assert passage is not None
        assert (passage.piece, passage.rarity) == (first, 0.0)

    def test_counts_what_stands_for_one_word_once(self) -> None:
        passage = best_passage([piece({"filter": [1, 3], "strainer": [2]})], ASKED)

        assert passage is not None
        assert passage.rarity == 3.0

    def test_is_none_without_any_text(self) -> None:
        assert best_passage([], ASKED) is None


class TestMostTellingPiece:
    def test_is_the_caption_that_says_most_by_itself(self) -> None:
        many = [piece({"water": [1]}, clip_id=CLIP, start_ms=start) for start in (0, 2_000, 4_000)]
        most = piece({"strainer": [4], "clog": [5]}, clip_id=CLIP, start_ms=60_000)

        assert most_telling_piece([*many, most], ASKED) == most

    def test_prefers_two_asked_words_to_one_that_is_rare_among_threads(self) -> None:
        rare = piece({"strainer": [1]}, clip_id=CLIP, start_ms=0)
        both = piece({"water": [1], "clog": [2]}, clip_id=CLIP, start_ms=9_000)
        asked = replace(ASKED, rarity=RARITY | {"strainer": 3.5})

        assert most_telling_piece([rare, both], asked) == both

    def test_prefers_the_word_that_was_asked_to_another_for_it(self) -> None:
        other = piece({"filter": [1]}, clip_id=CLIP, start_ms=0)
        own = piece({"strainer": [1]}, clip_id=CLIP, start_ms=9_000)
        # What stands for it counts nearly as much when subjects are ranked.
        asked = replace(ASKED, rarity=RARITY | {"filter": 2.9}, weight=ASKED.weight | {"filter": 0.9})

        assert most_telling_piece([other, own], asked) == own
        assert most_telling_piece([other], asked) == other

    def test_is_the_earliest_of_equals(self) -> None:
        first, second = (piece({"clog": [1]}, clip_id=CLIP, start_ms=start) for start in (0, 2_000))

        assert most_telling_piece([first, second], ASKED) == first

    def test_is_none_where_nothing_of_it_is_said(self) -> None:
        assert most_telling_piece([piece({})], ASKED) is None
