"""The asset's own words as entries for a recogniser's dictionary and language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from media_worker.speech.pronunciation import Phones, pronounce
from media_worker.speech.spoken_codes import spoken_forms, written_code

# What people say before a code. With it as one entry the two stick together: "shows E4", not "shows before".
_BEFORE_CODES = ("code", "fault", "fault code", "error", "error code", "alarm", "shows", "says", "an", "the")
_SHORT_CODE_WORDS = 3  # longer ones are distinct enough by themselves
_LETTERS_OR_CODE = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class SaidWord:
    text: str
    phones: Phones
    spoken: str = ""  # "e four" of E4; empty where it is said as it is written


@dataclass(frozen=True)
class ExpectedWord:
    """One entry: `name` is unique in the dictionary; it stands for one or more words said in a row."""

    name: str
    said: tuple[SaidWord, ...]

    @property
    def phones(self) -> Phones:
        return " ".join(word.phones for word in self.said)


def expected_words(
    vocabulary: Iterable[str], *, look_up: Callable[[str], Phones | None], is_common: Callable[[str], bool]
) -> tuple[ExpectedWord, ...]:
    """
    Return an entry for each way in which a word or code of the vocabulary may be said.

    `look_up` returns a dictionary's phones; words that are common anyway (`is_common`) need no entry.
    """
    terms = list(vocabulary)
    codes = chain.from_iterable(_entries_of_code(term, look_up) for term in terms)
    plain = dict.fromkeys(word for term in terms for word in _LETTERS_OR_CODE.findall(term.lower()) if len(word) > 2)
    said = [
        SaidWord(word, phones)
        for word in plain
        if not is_common(word) and (phones := pronounce(word, look_up)) is not None
    ]
    return _numbered(chain(codes, ((word,) for word in said)))


def _entries_of_code(term: str, look_up: Callable[[str], Phones | None]) -> Iterator[tuple[SaidWord, ...]]:
    code = written_code(term)
    for form in sorted(spoken_forms(term)):
        parts = [look_up(word) for word in form]
        listed = [phones for phones in parts if phones]
        if code is None or len(listed) != len(parts):
            continue
        # Said in one breath, or with a little pause before the number.
        for breath in (" ", " SIL "):
            said = SaidWord(code, breath.join(listed), " ".join(form))
            yield (said,)
            if len(form) <= _SHORT_CODE_WORDS:
                yield from ((*before, said) for before in _before_codes(look_up))


def _before_codes(look_up: Callable[[str], Phones | None]) -> Iterator[tuple[SaidWord, ...]]:
    for words in _BEFORE_CODES:
        yield tuple(SaidWord(word, look_up(word) or "") for word in words.split())


def _numbered(entries: Iterable[tuple[SaidWord, ...]]) -> tuple[ExpectedWord, ...]:
    unique = dict.fromkeys(entries)
    return tuple(ExpectedWord(f"expected~{number}", said) for number, said in enumerate(unique))
