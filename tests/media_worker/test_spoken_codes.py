from __future__ import annotations

import pytest

from api_schema.media_jobs import Word
from media_worker.speech.expected_words import expected_words
from media_worker.speech.pronunciation import pronounce
from media_worker.speech.spoken_codes import spoken_forms, write_codes, written_code

LISTED = {"flow": "F L OW", "switch": "S W IH CH", "contact": "K AA N T AE K T", "e": "IY", "four": "F AO R"}


def said(text: str) -> list[Word]:
    return [
        Word(text=word, start_ms=place * 100, end_ms=place * 100 + 100, confidence=1 - place / 100)
        for place, word in enumerate(text.split())
    ]


class TestWriteCodes:
    @pytest.mark.parametrize(
        ("heard", "written"),
        [
            ("the display shows e four now", "the display shows E4 now"),
            ("it says e zero four", "it says E4"),
            ("it says e oh four", "it says E4"),
            ("the E 4 is back", "the E4 is back"),
            ("the E-4, again", "the E4 again"),
            ("the ac three fifty", "the AC350"),
            ("an a c three five zero", "an AC350"),
            ("an a c three hundred and fifty", "an AC350"),
            ("l p two on circuit two", "LP2 on circuit two"),
            ("four bolts before the e stop", "four bolts before the e stop"),
        ],
    )
    def test_writes_what_was_said_as_the_machine_shows_it(self, heard: str, written: str) -> None:
        words = write_codes(said(heard), ["E-04", "AC-350", "LP2", "Zephrane"])

        assert " ".join(word.text for word in words) == written

    def test_takes_the_time_and_the_doubt_of_all_its_parts(self) -> None:
        (code,) = write_codes(said("e four"), ["E4"])

        assert (code.start_ms, code.end_ms, code.confidence) == (0, 200, 0.99)

    @pytest.mark.parametrize(
        ("heard", "spoken"),
        [("e four", "e four"), ("E-4,", "e four"), ("E zero 4", "e zero four"), ("an", "")],
    )
    def test_keeps_what_was_said_beside_what_is_written(self, heard: str, spoken: str) -> None:
        (word,) = write_codes(said(heard), ["E-04"])

        assert word.spoken == spoken

    def test_believes_an_engine_that_tells_what_was_said(self) -> None:
        heard = Word(text="E4", start_ms=0, end_ms=100, confidence=0.9, spoken="e oh four")

        assert write_codes([heard], ["E-04"]) == [heard]

    def test_leaves_speech_alone_without_a_vocabulary(self) -> None:
        words = said("e four")

        assert write_codes(words, []) == words


class TestSpokenForms:
    @pytest.mark.parametrize("term", ["E-04", "e4", "E 04"])
    def test_knows_one_code_in_all_its_spellings(self, term: str) -> None:
        assert written_code(term) == "E4"
        assert ("e", "four") in spoken_forms(term)

    @pytest.mark.parametrize("term", ["chiller", "CHL-A", "Zephrane", "ZA350-0117", ""])
    def test_takes_words_and_serial_numbers_for_no_codes(self, term: str) -> None:
        assert written_code(term) is None
        assert spoken_forms(term) == frozenset()


class TestPronounce:
    @pytest.mark.parametrize(
        ("word", "phones"),
        [
            ("flow", "F L OW"),
            ("flowswitch", "F L OW S W IH CH"),
            ("contactor", "K AA N T AE K T ER"),
            ("zephrane", "Z EH F R EY N"),
            ("tundrel", "T AH N D R EH L"),
        ],
    )
    def test_says_listed_words_and_their_parts_and_spells_out_names(self, word: str, phones: str) -> None:
        assert pronounce(word, LISTED.get) == phones

    def test_does_not_guess_at_what_is_no_word(self) -> None:
        assert pronounce("r-22", LISTED.get) is None


class TestExpectedWords:
    def test_offers_a_code_alone_and_after_what_people_say_before_it(self) -> None:
        entries = expected_words(["E4"], look_up={**LISTED, "shows": "SH OW Z"}.get, is_common=lambda _: False)

        spoken = {tuple(word.text for word in entry.said): entry.phones for entry in entries}
        assert spoken["E4",] in {"IY F AO R", "IY SIL F AO R"}
        assert spoken["shows", "E4"].startswith("SH OW Z IY")

    def test_adds_nothing_for_words_that_everybody_uses(self) -> None:
        assert expected_words(["flow switch"], look_up=LISTED.get, is_common=lambda _: True) == ()
