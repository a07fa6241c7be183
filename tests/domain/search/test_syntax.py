"""Quotes, minus signs and OR."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.queries import search
from backend.domain.search.syntax import Wanted, read_syntax
from tests.domain.search.documents import cue_document, put, thread_document

ODD = st.text(st.sampled_from("ab \"-OR'\\&|!:*()<>\u00e9\u0000") | st.characters(), max_size=40)


class TestReadSyntax:
    @pytest.mark.parametrize(
        ("asked", "wanted"),
        [
            ("pump noisy", Wanted("pump noisy")),
            ('"expansion valve" stuck', Wanted("stuck expansion valve", ("expansion valve",))),
            ("pump -water", Wanted("pump", (), ("water",))),
            ('pump -"cooling water"', Wanted("pump", (), ("cooling water",))),
            ("pump OR fan", Wanted("pump fan")),
            ("AC-350 trips", Wanted("AC-350 trips")),
            ('5" pipe', Wanted('5" pipe')),
            ("-water", Wanted("-water")),
            ('""', Wanted('""')),
        ],
    )
    def test_reads(self, asked: str, wanted: Wanted) -> None:
        found = read_syntax(asked)

        assert (" ".join(found.words.split()), *found.phrases, *found.excluded) == (
            wanted.words,
            *wanted.phrases,
            *wanted.excluded,
        )


class TestSearchWithSyntax:
    def test_finds_words_that_stand_together_only(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        together = thread_document("Chiller", "the expansion valves are stuck")
        apart = thread_document("Chiller", "the valve of the expansion tank")
        put(organisation, now, together, apart)

        assert [hit.id for hit in search(actor=owner.actor, words='"expansion valve"')] == [together.subject_id]

    def test_finds_what_was_said_together_in_a_clip(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        thread = thread_document("Chiller")
        cue = cue_document(thread.subject_id, "there is the expansion valve", clip_id=uuid7(), start_ms=0)
        put(organisation, now, thread, cue)

        assert [hit.id for hit in search(actor=owner.actor, words='"expansion valve"')] == [thread.subject_id]

    def test_leaves_out_what_must_not_be_there(self, organisation: Organisation, owner: Person, now: datetime) -> None:
        dry = thread_document("Pump noisy", "bearing worn")
        wet = thread_document("Pump noisy", "water in the oil")
        put(organisation, now, dry, wet)

        assert [hit.id for hit in search(actor=owner.actor, words="pump -water")] == [dry.subject_id]

    @given(asked=ODD)
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_takes_whatever_is_typed(self, owner: Person, asked: str) -> None:
        search(actor=owner.actor, words=asked.replace("\u0000", ""))
