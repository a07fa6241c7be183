"""Which of the languages that Cuppa speaks a person is told things in."""

from __future__ import annotations

from django.utils import translation

from backend.domain.saying import in_words


def spoken_for(tag: str) -> str | None:
    """Return the language that is spoken for a tag (BCP 47), such as `de` for `de-AT`; None: none."""
    try:
        return translation.get_supported_language_variant(tag)
    except LookupError:
        return None


def said_in(tag: str, sentence: str) -> str:
    """Return a sentence of the rules in the language of `tag`; as it stands where Cuppa does not speak that."""
    language = spoken_for(tag)
    if language is None:
        return sentence
    with translation.override(language):
        return in_words(sentence)
