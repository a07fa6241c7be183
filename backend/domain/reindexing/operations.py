"""
Write anew what search finds of threads and how-tos: a newer Cuppa may read more out of them than an older one.

A subject without `facts_at` waits for it. So the work can be ended at any moment, goes on where it was, and may be done
by several at once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.howtos.indexing import index_released
from backend.domain.howtos.models import HowTo
from backend.domain.search.models import Subject, SubjectKind
from backend.domain.search.operations import remove_subject
from backend.domain.threads.indexing import index_whole_thread
from backend.domain.threads.models import Thread


def reindex_waiting(*, limit: int, now: datetime) -> int:
    """
    Write up to `limit` waiting threads and how-tos anew, the oldest first. Return how many; 0 when none waits.

    Transaction: one for each, so nobody who writes to one of them waits long. Safe to be killed. Idempotent.
    """
    waiting = list(waiting_subjects().order_by("pk")[:limit])
    for subject in waiting:
        _reindex(subject, now=now)
    return len(waiting)


def waiting_subjects() -> QuerySet[Subject]:
    """Return what waits to be written anew."""
    subjects = tenancy.across_organisations(Subject, why="the system's own upkeep: what an older version wrote")
    return subjects.filter(facts_at__isnull=True)


def have_all_wait() -> int:
    """Have everything be written anew, in every organisation. Return how much that is."""
    subjects = tenancy.across_organisations(Subject, why="the system's own upkeep: everything is written anew")
    return subjects.update(facts_at=None)


@transaction.atomic
def _reindex(subject: Subject, *, now: datetime) -> None:
    is_there = (
        _reindex_thread(subject, now=now) if subject.kind == SubjectKind.THREAD else _reindex_howto(subject, now=now)
    )
    if not is_there:
        remove_subject(organisation_id=subject.organisation_id, subject_id=subject.pk)
    tenancy.same_row(subject).filter(facts_at__isnull=True).update(facts_at=now)  # whatever became of it: once


def _reindex_thread(subject: Subject, *, now: datetime) -> bool:
    # Locked as everybody does who writes to a thread, or what they write meanwhile would be lost.
    threads = tenancy.within_organisation(subject.organisation_id, Thread).select_for_update(of=("self",))
    thread = threads.select_related("asker", "asset__asset_model").filter(pk=subject.pk).first()
    if thread is not None:
        index_whole_thread(thread, now=now)
    return thread is not None


def _reindex_howto(subject: Subject, *, now: datetime) -> bool:
    howtos = tenancy.within_organisation(subject.organisation_id, HowTo).select_for_update(of=("self",))
    howto = howtos.select_related("asset_model").filter(pk=subject.pk).first()
    if howto is not None:
        index_released(howto, now=now)
    return howto is not None
