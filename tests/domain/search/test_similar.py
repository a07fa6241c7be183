from __future__ import annotations

from datetime import datetime

import pytest

from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.documents import NewDocument
from backend.domain.search.queries import similar
from tests.domain.search.documents import put, thread_document


@pytest.fixture
def strainer(organisation: Organisation, now: datetime) -> NewDocument:
    """A solved thread: the chiller shows E4 because its strainer is clogged. Two others stand beside it."""
    document = thread_document(
        "Chiller will not start", "shows no flow, strainer clogged", identifiers=["AC-350", "E4"], is_solved=True
    )
    lift = thread_document("Lift doors reopen", "sunlight on the curtain", identifiers=["TL-8", "D3"], is_solved=True)
    pump = thread_document("Pump hums", "capacitor is dry", identifiers=["PC-30"], is_solved=True)
    put(organisation, now, document, lift, pump)
    return document


class TestSimilar:
    def test_shows_the_solved_fault_with_the_same_code_and_symptom(self, owner: Person, strainer: NewDocument) -> None:
        hits = similar(actor=owner.actor, words="chiller won't start", identifiers=["AC350", "E4"], limit=3)

        assert [hit.id for hit in hits] == [strainer.subject_id]

    def test_shows_nothing_when_only_a_common_word_is_shared(self, owner: Person, strainer: NewDocument) -> None:
        words = "gearbox of the start conveyor sheds teeth and oil"

        assert similar(actor=owner.actor, words=words, identifiers=["CV-400", "J05"], limit=3) == []

    def test_leaves_out_the_thread_that_asks_and_unsolved_ones(
        self, organisation: Organisation, owner: Person, strainer: NewDocument, now: datetime
    ) -> None:
        unsolved = thread_document("Chiller will not start", "strainer", identifiers=["AC-350", "E4"])
        put(organisation, now, unsolved)

        hits = similar(
            actor=owner.actor,
            words="chiller will not start",
            identifiers=["AC350", "E4"],
            limit=3,
            excluding_subject_id=strainer.subject_id,
        )

        assert hits == []

    def test_never_shows_another_organisations_fix(self, outsider: Person, strainer: NewDocument) -> None:
        assert similar(actor=outsider.actor, words="chiller start", identifiers=["E4"], limit=3) == []
