"""Sentences that can be said in the reader's language, also those with something in the middle: a number, a name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Self

from django.utils.formats import number_format
from django.utils.translation import gettext

Value = str | int | float


class Said(str):
    """A sentence in English, as programs and logs read it, that remembers what it was made of."""

    __slots__ = ("_template", "_values")

    _template: str
    _values: dict[str, Value]

    def __new__(cls, template: str, **values: Value) -> Self:
        text = template % {name: _in_english(value) for name, value in values.items()} if values else template
        made = super().__new__(cls, text)
        made._template, made._values = template, values
        return made

    def in_words(self) -> str:
        """Return it in the language that is active."""
        template = gettext(self._template)
        return template % {name: _in_words(value) for name, value in self._values.items()} if self._values else template


def said(template: str, **values: Value) -> Said:
    """
    Return a sentence, or a word of one, with `values` in the places of its template: `At most %(most)s days.`

    A number is written as the language writes numbers; a value that is `Said` is put into words, too.
    """
    return Said(template, **values)


def both(words: Sequence[str]) -> str:
    """Return `a and b and c`."""
    return reduce(lambda one, other: said("%(one)s and %(other)s", one=one, other=other), words)


def either(words: Sequence[str]) -> str:
    """Return `a or b or c`."""
    return reduce(lambda one, other: said("%(one)s or %(other)s", one=one, other=other), words)


def in_words(sentence: str) -> str:
    """Return what the rules say in the language that is active; a plain sentence as `make messages` found it."""
    if isinstance(sentence, Said):
        return sentence.in_words()
    return gettext(sentence) if sentence else ""


def _in_english(value: Value) -> str:
    match value:
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.1f}"
    return value


def _in_words(value: Value) -> str:
    match value:
        case Said():
            return value.in_words()
        case int():
            return number_format(value, force_grouping=True)
        case float():
            return number_format(value, 1, force_grouping=True)
    return value
