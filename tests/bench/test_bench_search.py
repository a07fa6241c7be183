"""The threads among which search is measured: written at once, and the same rows as the product's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.models import Document, Posting, StatisticsChange, Subject, TermCount, Totals
from backend.domain.search.operations import put_documents
from backend.domain.search.queries import search
from backend.domain.search.statistics import fold_changes
from bench.search.corpus import Corpus
from bench.search.loading import load, product_documents

DATA = Path(__file__).resolve().parents[2] / "bench" / "data" / "faulttalk-dev.jsonl"
THREADS = 4
# By table, all but ids that are drawn when a row is written.
COLUMNS: dict[Any, list[str]] = {
    Document: [field.attname for field in Document._meta.fields if field.attname not in {"id", "organisation_id"}],
    Subject: [field.attname for field in Subject._meta.fields if field.attname != "organisation_id"],
    Posting: ["term", "subject_id", "frequency"],
    TermCount: ["term", "subjects_count"],
    Totals: ["subjects_count", "words_count"],
    StatisticsChange: ["terms"],
}


def rows_of(organisation: Organisation) -> dict[str, list[str]]:
    return {
        model.__name__: sorted(map(repr, tenancy.within_organisation(organisation.pk, model).values_list(*columns)))
        for model, columns in COLUMNS.items()
    }


@pytest.mark.django_db
def test_threads_written_at_once_are_those_of_the_product(
    organisation: Organisation, owner: Person, now: datetime
) -> None:
    corpus = Corpus(DATA)
    documents = [each for number in range(THREADS) for each in product_documents(corpus.thread(number), number)]
    put_documents(organisation_id=organisation.pk, documents=documents, now=now)
    fold_changes(organisation.pk)
    product = rows_of(organisation)
    for model in COLUMNS:
        tenancy.within_organisation(organisation.pk, model).delete()

    load(corpus, 0, 2, organisation_id=organisation.pk, now=now)
    load(corpus, 2, THREADS, organisation_id=organisation.pk, now=now)  # beside those that are there

    assert rows_of(organisation) == product
    assert len(product["Document"]) == THREADS * 11
    assert search(actor=owner.actor, words=corpus.thread(3).title)[0].id == documents[33].subject_id
