"""What was set straight, in search."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind
from backend.domain.search.operations import replace_documents
from backend.domain.search.queries import search
from tests.domain.search.documents import put, thread_document

pytestmark = pytest.mark.django_db

WRONG = "Bridge the flow switch with jumper JX-9 and hold the reset."


@pytest.fixture
def corrected(organisation: Organisation, now: datetime) -> NewDocument:
    """A thread one of whose answers is set straight; another thread says in passing what was wrong there."""
    thread = thread_document("Chiller will not start", "Display shows no flow", corrected=WRONG)
    other = thread_document("Chiller stops", "We saw the flow switch bridged with a jumper")
    put(organisation, now, thread, correction_of(thread), other)
    return thread


def correction_of(thread: NewDocument) -> NewDocument:
    return replace(
        thread,
        kind=DocumentKind.CORRECTION,
        source_id=uuid7(),
        title="",
        body="Isolate the pump, then bleed the loop. Never bridge the flow switch: the pump ran dry.",
        corrected="",
    )


class TestACorrection:
    def test_is_what_whoever_finds_the_wrong_advice_reads(self, owner: Person, corrected: NewDocument) -> None:
        hits = {hit.id: hit for hit in search(actor=owner.actor, words="bridge flow switch jumper")}

        hit = hits[corrected.subject_id]
        assert hit.is_corrected
        assert "Never bridge the flow switch" in hit.snippet
        assert not any(one.is_corrected for one in hits.values() if one.id != corrected.subject_id)

    def test_counts_more_than_what_it_corrects(self, owner: Person, corrected: NewDocument) -> None:
        by_wrong_word = search(actor=owner.actor, words="jumper")
        by_right_word = search(actor=owner.actor, words="bleed")

        assert [hit.id for hit in by_wrong_word][1] == corrected.subject_id  # found, and last
        assert [hit.id for hit in by_right_word] == [corrected.subject_id]

    def test_leaves_the_codes_of_what_was_wrong_findable_and_its_words_unshown(
        self, owner: Person, corrected: NewDocument
    ) -> None:
        (hit,) = search(actor=owner.actor, words="JX9")

        assert (hit.id, hit.snippet) == (corrected.subject_id, "Display shows no flow")

    def test_that_was_withdrawn_is_found_no_more(
        self, owner: Person, organisation: Organisation, corrected: NewDocument, now: datetime
    ) -> None:
        replace_documents(
            organisation_id=organisation.pk,
            subject_id=corrected.subject_id,
            kinds=[DocumentKind.THREAD, DocumentKind.CORRECTION],
            documents=[replace(corrected, corrected="")],
            now=now,
        )

        assert search(actor=owner.actor, words="bleed") == []
