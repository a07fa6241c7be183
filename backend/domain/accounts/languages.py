"""Which of the languages that Cuppa speaks a person is told things in."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from uuid import UUID

from django.conf import settings
from django.utils import translation

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.saying import in_words


def spoken_for(tag: str) -> str | None:
    """Return the language that is spoken for a tag (BCP 47), such as `de` for `de-AT`; None: none."""
    try:
        return translation.get_supported_language_variant(tag)
    except LookupError:
        return None


def spoken_to(tag: str) -> str:
    """Return the language in which whoever has this tag is told things: theirs, else that of the installation."""
    return spoken_for(tag) or settings.LANGUAGE_CODE


def in_their_language(tag: str) -> AbstractContextManager[None]:
    """Have what is said within it said to whoever has this tag (BCP 47), whatever page or sweep says it."""
    return translation.override(spoken_to(tag))


def languages_of(organisation_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the language tag of each of these people, in one query."""
    people = tenancy.within_organisation(organisation_id, Person).filter(pk__in=person_ids)
    return dict(people.values_list("pk", "language"))


def said_in(tag: str, sentence: str) -> str:
    """Return a sentence of the rules as it is said to whoever has this tag."""
    with in_their_language(tag):
        return in_words(sentence)
