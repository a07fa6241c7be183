"""Typing errors."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.nicknames import add_nickname
from backend.domain.search.queries import look_up
from backend.domain.search.spelling import Respelt, slips
from backend.domain.search.statistics import fold_changes
from tests.domain.search.documents import put, thread_document

WORDS = st.text("abc", max_size=6)


@pytest.fixture
def threads(organisation: Organisation, now: datetime) -> None:
    put(
        organisation,
        now,
        thread_document("Compressor vibrates", "the flange", identifiers=["E-4", "E-14", "TX-77"]),
        thread_document("Flanges of the pump", identifiers=["E-4"]),
        thread_document("Change the belt"),
        thread_document("Die Kälteanlage läuft", language="de"),
    )


def read_as(person: Person, words: str, language: str = "en") -> dict[str, str]:
    spelling = look_up(actor=person.actor, words=words, language=language).spelling
    return {each.asked: each.used for each in spelling.read_as}


@pytest.mark.django_db
@pytest.mark.usefixtures("threads")
class TestTypingErrors:
    def test_are_read_as_the_word_that_somebody_here_used(self, owner: Person, organisation: Organisation) -> None:
        wrong = {
            "compresor": "compressor", "Compresssor": "compressor", "vompressor": "compressor",
            "ocmpressor": "compressor", "vibratoin": "vibration", "vibraton": "vibration",
        }  # fmt: skip
        for asked, right in wrong.items():
            result = look_up(actor=owner.actor, words=asked)

            assert result.spelling.read_as == (Respelt(asked.lower(), right),)
            assert result.hits[0].title == "Compressor vibrates"
        fold_changes(organisation.pk)
        assert read_as(owner, "Kälteanlge", "de") == {"kälteanlge": "kälteanlage"}

    def test_prefer_the_same_first_letter_then_what_most_hold(self, owner: Person) -> None:
        assert read_as(owner, "flange") == {}
        assert read_as(owner, "clange") == {"clange": "change"}
        assert read_as(owner, "llange") == {"llange": "flange"}

    def test_are_left_alone_in_short_words_quotes_nicknames_and_what_the_trades_say(
        self, owner: Person, curator: Person, now: datetime
    ) -> None:
        add_nickname(actor=curator.actor, said="old flanga", means="CHL-A", now=now)

        for words in ("pum", '"compresor"', "belt -compresor", "flanga", "judders", "comp6essor"):
            assert read_as(owner, words) == {}, words

    def test_in_codes_are_never_put_right_and_what_is_near_is_offered(self, owner: Person) -> None:
        result = look_up(actor=owner.actor, words="E-44 TX78")

        assert result.hits == []
        assert result.spelling.offered == (Respelt("E44", "E4"), Respelt("E44", "E14"), Respelt("TX78", "TX77"))

    def test_know_nothing_of_other_organisations(self, outsider: Person, now: datetime) -> None:
        put(outsider.organisation, now, thread_document("Fan noisy"))

        result = look_up(actor=outsider.actor, words="compresor TX78")

        assert (result.hits, result.spelling.read_as, result.spelling.offered) == ([], (), ())

    def test_cost_two_queries_more(self, owner: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(6):
            look_up(actor=owner.actor, words="compresor flagne vibrtes")


class TestSlips:
    @given(WORDS, WORDS)
    def test_are_all_that_is_one_slip_away_and_nothing_else(self, one: str, other: str) -> None:
        assert (other in set(slips(one, "abc"))) is (distance(one, other) == 1)


def distance(one: str, other: str) -> int:
    """Return the Damerau–Levenshtein distance in its restricted form, as the textbook has it."""
    rows = [list(range(len(other) + 1))]
    for place, letter in enumerate(one, start=1):
        row = [place]
        for column, its in enumerate(other, start=1):
            row.append(min(rows[-1][column] + 1, row[-1] + 1, rows[-1][column - 1] + (letter != its)))
            swapped = place > 1 and column > 1 and letter == other[column - 2] and its == one[place - 2]
            row[-1] = min(row[-1], rows[-2][column - 2] + 1) if swapped else row[-1]
        rows.append(row)
    return rows[-1][-1]
