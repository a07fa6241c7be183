"""Which words of a correction are taken up."""

from __future__ import annotations

import pytest

from backend.domain.clips.new_terms import new_terms


def names_in(written: str, *, heard: str) -> list[str]:
    """Return, as written, what counts with its first correction."""
    found = new_terms(heard=heard, written=written, language="en")
    return [term for term, is_name in found.values() if is_name]


class TestNewTerms:
    @pytest.mark.parametrize(
        ("heard", "written", "name"),
        [
            ("the fault that he for", "The display shows E4.", "E4"),
            ("use the tee x seventy seven", "use the TX-77 valve", "TX-77"),
            ("on this sea frame", "on this Zephrane", "Zephrane"),
            ("the v f d tripped", "the VFD tripped", "VFD"),
            ("the mac way", 'the "McQuay",', "McQuay"),
        ],
    )
    def test_are_codes_parts_and_names_at_once(self, heard: str, written: str, name: str) -> None:
        assert names_in(written, heard=heard) == [name]

    @pytest.mark.parametrize(
        ("heard", "written"),
        [
            ("the E4 is lit", "the E-04 is lit"),  # the same code
            ("it is fine", "it is 5 at 12.5"),  # numbers
            ("well be done", "we'll be done, I'm sure"),
            ("a " * 30, f"a {'X9' * 40}"),  # too long to be said
        ],
    )
    def test_are_no_numbers_contractions_or_what_was_heard(self, heard: str, written: str) -> None:
        assert names_in(written, heard=heard) == []

    def test_are_other_words_only_as_candidates(self) -> None:
        found = new_terms(heard="so the evaporate is", written="and the evaporator is", language="en")

        assert found == {"evaporator": ("evaporator", False)}

    def test_take_no_capital_for_a_name_where_a_sentence_begins(self) -> None:
        found = new_terms(heard="drain it close it", written="Drain it. Closing Kelvion now.", language="en")

        assert found == {"closing": ("Closing", False), "kelvion": ("Kelvion", True)}

    def test_take_no_capital_for_a_name_where_nouns_have_them(self) -> None:
        found = new_terms(heard="der verdammte", written="der Verdampfer", language="de-AT")

        assert found == {"verdampfer": ("Verdampfer", False)}
