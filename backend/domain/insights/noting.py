"""Note what people look for, so that what they do not find is seen."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.insights.models import SearchNote
from backend.domain.search.languages import only_words, text_search_configuration
from backend.domain.search.queries import Hit

KEPT_FOR = timedelta(days=90)
_ONCE_IN = timedelta(minutes=10)
_WHILE_TYPING = timedelta(minutes=1)

logger = logging.getLogger(__name__)


def note_search(*, actor: Actor, words: str, hits: Sequence[Hit], language: str, now: datetime) -> None:
    """
    Note that the actor looked for `words`, and how much of them was found in what is solved or released.

    The same words by the same person are noted once in ten minutes. What is searched while somebody types counts once:
    an earlier search of the last minute that this one goes on from is taken back.
    Transaction: opens its own; one statement. It never fails: a search that could not be noted is logged, and answered.
    Idempotent for ten minutes, also when two come at once.
    """
    plain = only_words(words).lower()[:500]
    if not plain:
        return
    values: dict[str, Any] = {
        "organisation": actor.organisation_id,
        "person": actor.person_id,
        "words": plain,
        "configuration": text_search_configuration(language),
        "language": language,
        "found_count": len(hits),
        "best_share": min(1.0, max((hit.share for hit in hits if hit.is_solved), default=0.0)),
        "period": int(now.timestamp() // _ONCE_IN.total_seconds()),
        "now": now,
        "lately": now - _ONCE_IN,
        "just_now": now - _WHILE_TYPING,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_NOTE, values)
    except DatabaseError as error:
        logger.warning("a search could not be noted: %s", error)


def forget_old_searches(*, now: datetime) -> int:
    """Delete what was noted more than 90 days ago. Return how many."""
    notes = tenancy.across_organisations(SearchNote, why="the sweep forgets old searches of everybody")
    return notes.filter(searched_at__lt=now - KEPT_FOR).delete()[0]


_NOTE = """
WITH typed_on AS (
    DELETE FROM insights_searchnote
    WHERE organisation_id = %(organisation)s AND person_id = %(person)s AND searched_at >= %(just_now)s
      AND words <> %(words)s AND starts_with(%(words)s, words)
)
INSERT INTO insights_searchnote (
    id, organisation_id, person_id, words, terms, language, found_count, best_share, period, searched_at)
SELECT uuidv7(), %(organisation)s, %(person)s, %(words)s,
       tsvector_to_array(to_tsvector(%(configuration)s::regconfig, %(words)s)),
       %(language)s, %(found_count)s, %(best_share)s, %(period)s, %(now)s
WHERE NOT EXISTS (
    SELECT FROM insights_searchnote WHERE person_id = %(person)s AND words = %(words)s AND searched_at > %(lately)s)
ON CONFLICT (person_id, words, period) DO NOTHING
"""
