"""In which language a person is told something: their own, if Cuppa speaks it, else that of the installation."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation


def in_their_language(tag: str) -> AbstractContextManager[None]:
    """
    Have what is said within it said in the language of `tag` (BCP 47), such as German for `de-AT`.

    Of this thread alone: senders have many, and none of them serves a page.
    """
    return translation.override(_spoken(tag))


def _spoken(tag: str) -> str:
    try:
        return translation.get_supported_language_variant(tag)
    except LookupError:
        return settings.LANGUAGE_CODE
