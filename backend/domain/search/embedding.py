"""
Keep the vectors of every subject up with what it says: a job that may be killed at any moment and is taken up again.

A change of a subject empties `embedded_with`, in its own transaction. Whoever embeds takes a few such subjects for some
minutes (`embedding_until`), lets the model run outside every transaction, and writes only where nothing changed
meanwhile. So several may work at once, nothing is held while a model computes, and what a killed one had taken comes
free by itself. A new embedder finds every subject waiting; the vectors of the one before go subject by subject.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from backend.domain import tenancy
from backend.domain.search.embedders import Embedder, EmbedderUnavailable, Vector, current_embedder
from backend.domain.search.meaning import read_passages, text_hash
from backend.domain.search.models import PassageVector, Subject
from backend.domain.search.vector_index import ensure_vector_index

logger = logging.getLogger(__name__)

SUBJECTS_AT_A_TIME = 8
TAKEN_FOR = timedelta(minutes=5)

_SWEEP = "The system's own sweep: embeds what waits, whoever's it is."


@dataclass(frozen=True)
class Progress:
    """How many subjects there are, and how many wait for the vectors of an embedder."""

    subjects_count: int
    waiting_count: int


def embed_waiting(embedder: Embedder, *, for_s: float, clock: Callable[[], datetime]) -> int:
    """
    Embed what waits, for about `for_s` seconds; return how many subjects were done.

    Transaction: two for each few subjects; none while the model runs. Idempotent; several may run at once.

    :raises EmbedderUnavailable: the model failed; what was taken waits for another try.
    """
    ensure_vector_index(embedder)
    until, done = monotonic() + for_s, 0
    while monotonic() < until and (taken := _take(embedder, now=clock())):
        done += _embed(embedder, taken)
    return done


def embed_with_current(*, for_s: float, clock: Callable[[], datetime]) -> int:
    """
    Embed what waits with the embedder of the settings; 0 without one, and when it fails, which is logged.

    Transactions and idempotence: as `embed_waiting`.
    """
    try:
        embedder = current_embedder()
        return embed_waiting(embedder, for_s=for_s, clock=clock) if embedder else 0
    except EmbedderUnavailable as error:
        logger.warning("Nothing is embedded: %s", error)
        return 0


def measure_progress(embedder_name: str) -> Progress:
    """Return how far the vectors of an embedder are. Two queries."""
    subjects = tenancy.across_organisations(Subject, why=_SWEEP)
    return Progress(subjects.count(), subjects.exclude(embedded_with=embedder_name).count())


def take_all_up_again() -> int:
    """Have every subject embedded anew, for a model that changed under its name. Return how many there are."""
    return tenancy.across_organisations(Subject, why=_SWEEP).update(embedded_with="", embedding_until=None)


@dataclass(frozen=True)
class _Taken:
    """A subject that is this run's to embed as long as its `embedding_until` stays `until`."""

    subject_id: UUID
    organisation_id: UUID
    until: datetime


@transaction.atomic
def _take(embedder: Embedder, *, now: datetime) -> list[_Taken]:
    """Take a few subjects of one organisation that wait and are nobody's."""
    waiting = (
        tenancy.across_organisations(Subject, why=_SWEEP)
        .exclude(embedded_with=embedder.name)
        .filter(Q(embedding_until__isnull=True) | Q(embedding_until__lte=now))
        .select_for_update(skip_locked=True, no_key=True)
        .order_by("organisation_id", "pk")
    )
    chosen = list(waiting.values_list("pk", "organisation_id")[:SUBJECTS_AT_A_TIME])
    mine = [pk for pk, organisation_id in chosen if organisation_id == chosen[0][1]]
    until = now + TAKEN_FOR
    tenancy.across_organisations(Subject, why=_SWEEP).filter(pk__in=mine).update(embedding_until=until)
    return [_Taken(pk, chosen[0][1], until) for pk in mine]


def _embed(embedder: Embedder, taken: list[_Taken]) -> int:
    """Embed what was taken; return how many subjects are done: those that nobody changed meanwhile."""
    passages = read_passages(taken[0].organisation_id, [each.subject_id for each in taken])
    missing = _missing(embedder, taken[0].organisation_id, passages)
    texts = list(dict.fromkeys(text for each in missing.values() for text in each))
    vectors = dict(zip(texts, embedder.embed_documents(texts), strict=True)) if texts else {}
    return sum(
        _keep(
            embedder,
            each,
            passages=passages[each.subject_id],
            new={text: vectors[text] for text in missing[each.subject_id]},
        )
        for each in taken
    )


def _missing(embedder: Embedder, organisation_id: UUID, passages: dict[UUID, list[str]]) -> dict[UUID, list[str]]:
    """Return by subject the passages that have no vector of this embedder yet."""
    kept = tenancy.within_organisation(organisation_id, PassageVector)
    known = set(
        kept.filter(embedder=embedder.name, subject_id__in=list(passages)).values_list("subject_id", "text_hash")
    )
    return {
        subject_id: [text for text in texts if (subject_id, text_hash(text)) not in known]
        for subject_id, texts in passages.items()
    }


@transaction.atomic
def _keep(embedder: Embedder, taken: _Taken, *, passages: list[str], new: dict[str, Vector]) -> bool:
    """Have the vectors of `passages` be all that a subject has; False: it changed meanwhile, and waits again."""
    subjects = tenancy.within_organisation(taken.organisation_id, Subject)
    still_mine = subjects.filter(pk=taken.subject_id, embedding_until=taken.until)
    if not still_mine.update(embedded_with=embedder.name, embedding_until=None):
        return False
    vectors = tenancy.within_organisation(taken.organisation_id, PassageVector).filter(subject_id=taken.subject_id)
    vectors.exclude(embedder=embedder.name, text_hash__in=map(text_hash, passages)).delete()
    rows = [
        PassageVector(
            organisation_id=taken.organisation_id,
            subject_id=taken.subject_id,
            embedder=embedder.name,
            text_hash=text_hash(text),
            vector=vector,
        )
        for text, vector in new.items()
    ]
    # Somebody who took the subject up after this run's time was over may have been faster with the same.
    tenancy.create_many(PassageVector, rows, ignore_conflicts=True)
    return True
