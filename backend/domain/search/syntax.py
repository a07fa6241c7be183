"""
What people may write into a search: words, `"words together"`, `-word` for what must not be there, and OR.

As `websearch_to_tsquery` of PostgreSQL and the web's search engines read it; nothing is ever an error. Any of the words
is enough here, and the rarest count most, so OR says what is true anyhow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.domain.search.languages import only_words

_PHRASE = re.compile(r'(?<!\S)(-?)"([^"]*)"')
_EXCLUDED = re.compile(r"(?<!\S)-(?=\w)(\S+)")
_OR = re.compile(r"(?<!\S)OR(?!\S)")


@dataclass(frozen=True)
class Wanted:
    """`words` bring subjects up; each of `phrases` must be there as it stands; none of `excluded` may be."""

    words: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def read_syntax(asked: str) -> Wanted:
    """Return what `asked` wants. A question of nothing but exclusions is read as plain words: they are all there is."""
    phrases = _PHRASE.findall(asked)
    rest = _PHRASE.sub(" ", asked)
    single = _EXCLUDED.findall(rest)
    together = tuple(filter(None, (only_words(phrase) for sign, phrase in phrases if not sign)))
    without = tuple(filter(None, map(only_words, [*single, *(phrase for sign, phrase in phrases if sign)])))
    words = " ".join([_OR.sub(" ", _EXCLUDED.sub(" ", rest)), *(phrase for sign, phrase in phrases if not sign)])
    return Wanted(words, together, without) if only_words(words) else Wanted(asked)
