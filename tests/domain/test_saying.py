"""A sentence of the rules reads in English as ever, and says itself in the language that is active."""

from __future__ import annotations

import copy
import json

import pytest
from django.utils import translation

from backend.domain.accounts.languages import said_in
from backend.domain.saying import Said, both, either, said
from backend.domain.state_words import state_in_words


def in_german(sentence: Said) -> str:
    with translation.override("de"):
        return sentence.in_words()


def test_reads_in_english_whatever_language_is_active() -> None:
    with translation.override("de"):
        sentence = said("A holiday has at most %(most)s days.", most=366)

    assert sentence == "A holiday has at most 366 days."
    assert (f"{sentence}", json.dumps(sentence)) == (sentence, f'"{sentence}"')


def test_is_said_with_what_was_put_into_it() -> None:
    assert in_german(said("%(name)s is busy right now.", name="Bea 100 %")) == "Bea 100 % ist gerade beschäftigt."


@pytest.mark.parametrize(
    ("sentence", "english", "german"),
    [
        (
            said("A clip may have at most %(most)s bytes.", most=2_147_483),
            "A clip may have at most 2,147,483 bytes.",
            "Ein Clip darf höchstens 2.147.483 Byte haben.",
        ),
        (
            said("The clip ends at %(end)s s; point at something before that.", end=12.34),
            "The clip ends at 12.3 s; point at something before that.",
            "Der Clip endet bei 12,3 s; zeigen Sie auf etwas davor.",
        ),
        (
            said("This thread is %(state)s and takes no more answers.", state=state_in_words("duplicate")),
            "This thread is known already and takes no more answers.",
            "Dieser Fall nimmt keine Antworten mehr an (Stand: schon bekannt).",
        ),
        (
            said(
                "Only somebody certified for %(hazards)s may sign.",
                hazards=either([said("gas"), both([said("electricity"), said("heights")])]),
            ),
            "Only somebody certified for gas or electricity and heights may sign.",
            "Unterschreiben darf nur, wer den Nachweis dafür hat: Gas oder Strom und Höhe.",
        ),
    ],
    ids=["a number", "a fraction", "a state", "several words"],
)
def test_puts_its_values_into_words_as_well(sentence: Said, english: str, german: str) -> None:
    assert (sentence, in_german(sentence)) == (english, german)


def test_is_the_same_when_it_is_copied() -> None:
    sentence = said("%(name)s is busy right now.", name="Bea")

    again = copy.deepcopy(sentence)

    assert (again, in_german(again)) == (sentence, "Bea ist gerade beschäftigt.")


def test_is_said_in_english_to_whoever_speaks_what_cuppa_does_not() -> None:
    sentence = said("%(name)s is busy right now.", name="Bea")

    assert [said_in(tag, sentence) for tag in ("cy", "de-AT")] == [sentence, "Bea ist gerade beschäftigt."]
