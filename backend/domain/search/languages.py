"""Which PostgreSQL text search configuration reads which language."""

from __future__ import annotations

import re

# Every Snowball configuration that PostgreSQL 18 brings along, by the language part of a BCP 47 tag.
_CONFIGURATIONS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_APOSTROPHES = re.compile(r"['’]")
_SEPARATORS = re.compile(r"[\W_]+")


def text_search_configuration(language: str) -> str:
    """Return the name of the configuration for a BCP 47 tag; `simple` (no stemming) for a language without one."""
    return _CONFIGURATIONS.get(language.lower().split("-")[0], "simple")


def only_words(text: str) -> str:
    """
    Return `text` with nothing but words and single spaces between them.

    PostgreSQL's parser would read `AC-350` as `ac` and the number -350, and `gas/oil` as a file path; a
    person who types `AC 350` must find both. `won't` becomes `wont`: the halves mean nothing by themselves.
    """
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("", text)).strip()
