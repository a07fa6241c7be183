"""Which words are hazardous, and which only look like it."""

from __future__ import annotations

import pytest

from backend.domain.hazards.finding import Found, find_hazards, has_a_word
from backend.domain.hazards.kinds import DEFAULT_PHRASES, HazardKind


def kinds_in(text: str) -> set[str]:
    return {found.kind.value for found in find_hazards(text, DEFAULT_PHRASES)}


class TestTheProductsPhrases:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Measure across the live terminals", "electricity"),
            ("Mess die Klemmen unter Spannung", "electricity"),
            ("Just bridge the flow switch and see", "isolation"),
            ("I bridged out the safety", "isolation"),
            ("try bypassing the high pressure switch", "isolation"),
            ("BYPASS THE INTERLOCK", "isolation"),
            ("Do it without isolating it.", "isolation"),
            ("Den Schalter kurz überbrücken", "isolation"),
            ("shunter la sécurité", "isolation"),
            ("there are gas leaks behind it", "gas"),
            ("it smells of gas", "gas"),
            ("crack the union", "pressure"),
            ("you need two ladders", "heights"),
            ("l'échelle", "heights"),
            ("I welded it", "hot_work"),
            ("brazing takes a minute", "hot_work"),
            ("go inside the tank", "confined_space"),
            ("Clean it while the fan is running", "moving_parts"),
        ],
    )
    def test_are_found_in_their_inflections(self, text: str, kind: str) -> None:
        assert kinds_in(text) == {kind}

    @pytest.mark.parametrize(
        "text",
        [
            "Ask in the live chat, terminals are listed there",
            "It went live. Terminals are on page 3",
            "Clean the strainer.",
            "The bridge to the plant room is closed. Switch shoes.",
            "a bladder tank",
            "The gasket is worn",
            "seldom",
            "Flow switch reads 0, pressure 3 bar",
            "",
            "… … …",
        ],
    )
    def test_are_not_found_in_what_is_harmless(self, text: str) -> None:
        assert kinds_in(text) == set()

    def test_begin_and_end_with_a_word_each(self) -> None:
        assert [phrase for listed in DEFAULT_PHRASES.values() for phrase in listed if not has_a_word(phrase)] == []

    def test_are_found_as_they_are_written(self) -> None:
        for kind, listed in DEFAULT_PHRASES.items():
            for phrase in listed:
                assert kind in {found.kind for found in find_hazards(phrase.replace("… ", ""), DEFAULT_PHRASES)}, phrase


class TestPlaces:
    def test_are_those_of_the_text_as_it_is_written(self) -> None:
        text = "Zuerst: “bridge  the safety”, dann prüfen 💧 and weld."

        found = find_hazards(text, DEFAULT_PHRASES)

        assert found == [
            Found(HazardKind.ISOLATION, "bridge  the safety", 9, 27),
            Found(HazardKind.HOT_WORK, "weld", 48, 52),
        ]
        assert [text[one.start : one.end] for one in found] == ["bridge  the safety", "weld"]

    def test_of_letters_with_loose_accents_are_found(self) -> None:
        assert kinds_in("l'e\u0301chelle") == {"heights"}

    def test_that_overlap_are_one(self) -> None:
        phrases = {HazardKind.GAS: ("gas valve", "valve leak")}

        assert [found.said for found in find_hazards("a gas valve leak", phrases)] == ["gas valve leak"]


class TestAGap:
    def test_takes_three_words_and_not_four(self) -> None:
        phrases = {HazardKind.ISOLATION: ("bridge … switch",)}

        assert len(find_hazards("bridge one two three switch", phrases)) == 1
        assert find_hazards("bridge one two three four switch", phrases) == []

    def test_does_not_reach_into_the_next_sentence(self) -> None:
        assert find_hazards("bridge it. Switch off", {HazardKind.ISOLATION: ("bridge … switch",)}) == []

    @pytest.mark.parametrize("phrase", ["", "…", "… switch", "bridge …", "!", "the"])
    def test_has_a_word_before_and_behind(self, phrase: str) -> None:
        assert not has_a_word(phrase)
