from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import connection, transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import StatisticsChange
from backend.domain.search.operations import put_documents, remove_subject
from backend.domain.search.statistics import FOLD_WHEN_WAITING, fold_changes, read_statistics
from tests.domain.search.documents import put, thread_document


@dataclass(frozen=True)
class Figures:
    subjects_count: int
    mean_words_count: float
    subjects_by_term: dict[str, int]


def statistics_of(organisation: Organisation, words: str = "chiller valve") -> Figures:
    found = read_statistics(organisation.pk, words=words, configuration="english", terms=[])
    own = {each.term: each.subjects_count for each in found.terms if each.term == each.stands_for}
    return Figures(found.subjects_count, found.mean_words_count, own)


class TestReadStatistics:
    def test_counts_a_document_at_once_and_once(self, organisation: Organisation, now: datetime) -> None:
        document = thread_document("Chiller", "chiller chiller valve")

        put(organisation, now, document)
        put(organisation, now, document)

        # A word of the title counts 1.5: (1.5 + 2) chillers and a valve.
        assert statistics_of(organisation) == Figures(1, 4.5, {"chiller": 1, "valv": 1})

    def test_follows_a_document_that_changes_and_goes(self, organisation: Organisation, now: datetime) -> None:
        first = thread_document("Chiller", "valve")
        put(organisation, now, first, thread_document("Chiller"))

        put(organisation, now, thread_document("Pump", thread_id=first.subject_id))
        changed = statistics_of(organisation)
        remove_subject(organisation_id=organisation.pk, subject_id=first.subject_id)
        removed = statistics_of(organisation)

        assert changed == Figures(2, 1.5, {"chiller": 1, "valv": 0})
        assert removed == Figures(1, 1.5, {"chiller": 1, "valv": 0})

    def test_is_the_same_after_the_changes_are_folded(self, organisation: Organisation, now: datetime) -> None:
        put(organisation, now, thread_document("Chiller"), thread_document("Chiller", "valve"))
        before = statistics_of(organisation)

        fold_changes(organisation.pk)

        assert statistics_of(organisation) == before
        assert tenancy.within_organisation(organisation.pk, StatisticsChange).count() == 0

    def test_folds_by_itself_when_many_changes_wait(self, organisation: Organisation, now: datetime) -> None:
        for _ in range(FOLD_WHEN_WAITING + 1):
            put(organisation, now, thread_document("Chiller"))

        assert tenancy.within_organisation(organisation.pk, StatisticsChange).count() == 0
        assert statistics_of(organisation).subjects_by_term["chiller"] == FOLD_WHEN_WAITING + 1


@pytest.mark.django_db(transaction=True)
class TestWritersAtTheSameTime:
    def test_do_not_wait_for_each_other_and_lose_no_count(self, organisation: Organisation, now: datetime) -> None:
        """Another writer commits the same words while the first one's transaction is open."""
        other = threading.Thread(target=_put_and_close, args=(organisation, now, thread_document("Chiller", "valve")))

        with transaction.atomic():
            put(organisation, now, thread_document("Chiller", "valve"))
            other.start()
            other.join(timeout=10)
            still_waits = other.is_alive()

        assert not still_waits
        assert statistics_of(organisation).subjects_by_term == {"chiller": 2, "valv": 2}

    def test_of_one_thread_both_count(self, organisation: Organisation, now: datetime) -> None:
        """The second waits for the first, then sums up what both wrote."""
        thread = thread_document("Chiller")
        again = thread_document("Chiller", "valve", thread_id=thread.subject_id)
        other = threading.Thread(target=_put_and_close, args=(organisation, now, again))

        with transaction.atomic():
            put(organisation, now, thread)
            other.start()
            other.join(timeout=0.5)
            waits = other.is_alive()
        other.join(timeout=10)

        assert waits
        assert statistics_of(organisation) == Figures(1, 2.5, {"chiller": 1, "valv": 1})


def _put_and_close(organisation: Organisation, now: datetime, document: NewDocument) -> None:
    put_documents(organisation_id=organisation.pk, documents=[document], now=now)
    connection.close()
