from __future__ import annotations

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.models import SubjectKind
from backend.domain.search.operations import remove_subject
from backend.domain.search.queries import Matched, Moment, search
from tests.domain.search.documents import cue_document, howto_document, put, thread_document


class TestSearch:
    def test_puts_the_thread_with_the_exact_code_first(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        wordy = thread_document("Chiller dead", "chiller dead dead chiller will not start, chiller")
        coded = thread_document("Unit shows a code", "no flow through the evaporator", identifiers=["E-04"])
        put(organisation, now, wordy, coded, thread_document("Lift doors", "reopen at the ground floor"))

        hits = search(actor=owner.actor, words="E four chiller")

        assert [hit.id for hit in hits] == [coded.subject_id, wordy.subject_id]
        assert [hit.matched for hit in hits] == [Matched.IDENTIFIER, Matched.TEXT]

    def test_puts_the_how_to_before_the_longer_thread_it_was_made_from(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        said_often = "the chiller is dead, dead chiller, clean the flow switch, hold reset for five seconds"
        thread = thread_document("Chiller dead", said_often, identifiers=["E-04"], is_solved=True)
        howto = howto_document("Chiller dead", "clean the flow switch, hold reset", identifiers=["E-04"])
        put(organisation, now, thread, howto)

        hits = search(actor=owner.actor, words="E4 chiller dead")

        assert [hit.id for hit in hits] == [howto.subject_id, thread.subject_id]

    def test_finds_a_part_number_however_it_is_written(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        document = thread_document("Superheat sky high", "the power head lost its charge, change the element, TX-77")
        put(organisation, now, document, thread_document("Other", "valve"))

        found = [
            search(actor=owner.actor, words=words)[0].id for words in ("tx77", "TX 77", "tx-77", "TX seventy-seven")
        ]

        assert found == [document.subject_id] * 4

    def test_ranks_a_rare_word_above_a_common_one(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        common = [thread_document(f"Pump {number}", "the pump makes a noise") for number in range(5)]
        rare = thread_document("Drive", "the drive makes a screech")
        put(organisation, now, *common, rare)

        hits = search(actor=owner.actor, words="pump screech")

        assert hits[0].id == rare.subject_id

    def test_opens_a_thread_once_at_the_caption_that_matched_best(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        thread = thread_document("Chiller will not start")
        clip_id = uuid7()
        cues = [
            cue_document(thread.subject_id, text, clip_id=clip_id, start_ms=start_ms)
            for start_ms, text in enumerate_ms(
                "I walk in", "and there is water on the floor", "the strainer is clogged"
            )
        ]
        put(organisation, now, thread, *cues)

        (hit,) = search(actor=owner.actor, words="clogged strainer")

        assert (hit.kind, hit.id, hit.title) == (SubjectKind.THREAD, thread.subject_id, "Chiller will not start")
        assert hit.moment == Moment(clip_id=clip_id, start_ms=4_000, end_ms=6_000)
        assert hit.matched is Matched.CUE

    def test_ranks_a_solved_thread_above_an_unsolved_one_that_says_the_same(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        solved = thread_document("Boiler locks out", "ignition lead cracked", is_solved=True)
        unsolved = thread_document("Boiler locks out", "ignition lead cracked")
        put(organisation, now, solved, unsolved)

        hits = search(actor=owner.actor, words="boiler ignition lead")

        assert [hit.is_solved for hit in hits] == [True, False]

    def test_marks_the_matched_words_in_plain_text_whatever_the_document_holds(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        put(organisation, now, thread_document("Markup", "the <b>valve</b> \ue000sticks\ue001 & leaks"))

        (hit,) = search(actor=owner.actor, words="leaking valves")

        assert hit.snippet == "the  valve  sticks & leaks"
        assert [hit.snippet[start:end] for start, end in hit.matches] == ["valve", "leaks"]

    def test_finds_the_stem_of_another_language(self, organisation: Organisation, owner: Person, now: datetime) -> None:
        document = thread_document("Kühlmaschine", "die Ventile klemmen", language="de-CH")
        put(organisation, now, document)

        hits = search(actor=owner.actor, words="Ventil", language="de")

        assert [hit.id for hit in hits] == [document.subject_id]

    def test_never_shows_another_organisations_thread(
        self, organisation: Organisation, outsider: Person, now: datetime
    ) -> None:
        put(organisation, now, thread_document("Chiller will not start", identifiers=["E4"]))

        assert search(actor=outsider.actor, words="E4 chiller") == []

    def test_keeps_to_the_kinds_asked_for(self, organisation: Organisation, owner: Person, now: datetime) -> None:
        put(organisation, now, thread_document("Chiller will not start"))

        assert search(actor=owner.actor, words="chiller", kinds=[SubjectKind.HOWTO]) == []

    @pytest.mark.parametrize("words", ["", "   ", "the", "!?", "zzzz", "' | & ! :*", "\\"])
    def test_finds_nothing_when_there_is_nothing_to_look_for(
        self, words: str, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        put(organisation, now, thread_document("Chiller will not start"))

        assert search(actor=owner.actor, words=words) == []

    @pytest.mark.parametrize("threads_count", [1, 20])
    def test_takes_four_queries_whatever_it_finds(
        self,
        threads_count: int,
        organisation: Organisation,
        owner: Person,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        put(organisation, now, *(thread_document(f"Chiller {number}") for number in range(threads_count)))

        with django_assert_num_queries(4):
            hits = search(actor=owner.actor, words="chiller")

        assert len(hits) == threads_count


class TestRemoveSubject:
    def test_makes_a_thread_and_its_captions_unfindable_also_when_captions_arrive_later(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        thread = thread_document("Withdrawn")
        cue = cue_document(thread.subject_id, "strainer clogged", clip_id=uuid7(), start_ms=0)
        put(organisation, now, thread, cue)

        remove_subject(organisation_id=organisation.pk, subject_id=thread.subject_id)
        put(organisation, now, cue)

        assert search(actor=owner.actor, words="strainer") == []


def enumerate_ms(*texts: str) -> list[tuple[int, str]]:
    """Return the texts, each with its start: one every two seconds."""
    return [(index * 2_000, text) for index, text in enumerate(texts)]
