from __future__ import annotations

import pytest

from backend.domain.search.identifiers import candidate_identifiers, find_identifiers, write_numbers


class TestFindIdentifiers:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("change the element, TX-77, and clip it", {"TX77"}),
            ("AC 350 shows E-04", {"AC350", "E4"}),
            ("new TX seventy-seven head, on an AC three-fifty", {"TX77", "AC350"}),
            ("the display shows E four", {"E4"}),
            ("fuse FK-2 feeds K2", {"FK2", "K2"}),
            ("A 2 bar drop in 5 minutes, and I 3 times saw it", set()),
        ],
    )
    def test_finds_codes_and_parts_and_nothing_else(self, text: str, found: set[str]) -> None:
        assert find_identifiers(text) == found


class TestCandidateIdentifiers:
    def test_takes_words_and_runs_of_words(self) -> None:
        assert candidate_identifiers("chl a E four") == ["CHL", "CHLA", "CHLAE", "AE", "AE4", "E4"]

    def test_takes_a_short_number_by_itself_for_no_identifier(self) -> None:
        assert candidate_identifiers("7") == []


class TestWriteNumbers:
    @pytest.mark.parametrize(
        ("spoken", "written"),
        [("seventy-seven", "77"), ("three fifty", "350"), ("one oh five", "105"), ("forty one", "41"), ("ten", "10")],
    )
    def test_writes_numbers_as_codes_are_read_aloud(self, spoken: str, written: str) -> None:
        assert write_numbers(spoken) == written
