"""What one transaction changes many times is indexed once, as it stands at the end."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.models import Subject
from backend.domain.search.operations import put_documents
from backend.domain.search.queries import search
from backend.domain.search.settling import index_when_settled, indexed_once
from tests.domain.search.documents import thread_document

pytestmark = pytest.mark.django_db


class TestIndexedOnce:
    def test_indexes_each_subject_once_as_it_was_told_last(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        thread_id, indexed = uuid7(), []

        def index(title: str) -> None:
            indexed.append(title)
            document = thread_document(title, thread_id=thread_id)
            put_documents(organisation_id=organisation.pk, documents=[document], now=now)

        index_when_settled(thread_id, partial(index, "Outside of it"))
        with indexed_once():
            index_when_settled(thread_id, partial(index, "Pump judders"))
            with indexed_once():
                index_when_settled(uuid7(), partial(indexed.append, "another"))
            index_when_settled(thread_id, partial(index, "Pump leaks"))
            seen_inside = search(actor=owner.actor, words="leaks")

        assert indexed == ["Outside of it", "Pump leaks", "another"]
        assert [hit.title for hit in search(actor=owner.actor, words="leaks")] == ["Pump leaks"]
        assert seen_inside == []

    def test_indexes_nothing_after_an_error_and_begins_anew(self) -> None:
        indexed: list[str] = []

        def fail_half_way() -> None:
            with indexed_once():
                index_when_settled(uuid7(), partial(indexed.append, "never"))
                raise LookupError

        with pytest.raises(LookupError):
            fail_half_way()
        index_when_settled(uuid7(), partial(indexed.append, "at once"))

        assert indexed == ["at once"]
        assert not Subject.objects.exists()
