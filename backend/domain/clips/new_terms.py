"""
Which words of a correction are worth expecting in later clips. Pure.

A recogniser misses what is not in its dictionary: names, codes, parts. So a word that a person had to write
and the recogniser had not heard is a candidate. One that looks like a name or code counts at once; any
other (`evaporator`, but also `then`) only when a second caption needed the same word.
"""

from __future__ import annotations

import re
from typing import Final

from backend.domain.clips.word_times import bare
from backend.domain.equipment.codes import normalise_code

MAX_TERM_LETTERS: Final = 64
_MIN_PLAIN_LETTERS: Final = 4  # shorter ones are the words between the words
_SENTENCE_ENDS: Final = (".", "!", "?", ":")
_CONTRACTION: Final = re.compile(r"['’]")  # "I'll"
_NOUNS_ARE_CAPITALISED: Final = ("de", "lb")  # there a capital is no name


def new_terms(*, heard: str, written: str, language: str) -> dict[str, tuple[str, bool]]:
    """
    Return what `written` has and `heard` lacks: by normalised form the form written, and whether it looks like a name.

    `language`: BCP 47, of both.
    """
    known = {normalise_term(word) for word in heard.split()}
    words = written.split()
    found: dict[str, tuple[str, bool]] = {}
    for before, word in zip(["", *words], words, strict=False):
        term, normalised = bare(word), normalise_term(word)
        begins_sentence = not before or before.endswith(_SENTENCE_ENDS)
        is_name = _has_name_shape(term, begins_sentence=begins_sentence, language=language)
        if normalised not in known and len(normalised) <= MAX_TERM_LETTERS and _may_be_a_term(term, is_name=is_name):
            found[normalised] = (term, is_name or found.get(normalised, (term, False))[1])
    return found


def normalise_term(word: str) -> str:
    """Return the form in which terms are compared: a code's (`TX-77` is `TX77`), else small letters."""
    term = bare(word)
    code = normalise_code(term) if any(letter.isdigit() for letter in term) else ""
    return code or term.casefold()


def _may_be_a_term(term: str, *, is_name: bool) -> bool:
    has_a_letter = any(letter.isalpha() for letter in term)
    is_long_enough = len(term) >= (2 if is_name else _MIN_PLAIN_LETTERS)
    return has_a_letter and is_long_enough and len(term) <= MAX_TERM_LETTERS


def _has_name_shape(term: str, *, begins_sentence: bool, language: str) -> bool:
    if any(letter.isdigit() for letter in term) or any(letter.isupper() for letter in term[1:]):
        return True
    is_capitalised = term[:1].isupper() and not _CONTRACTION.search(term)
    return is_capitalised and not begins_sentence and not language.lower().startswith(_NOUNS_ARE_CAPITALISED)
