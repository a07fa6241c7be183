"""Words that people had to correct are expected in later clips."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.domain.accounts.models import Person
from backend.domain.clips.captions import cues_of
from backend.domain.clips.corrections import correct_cue, restore_cue
from backend.domain.clips.models import Clip
from backend.domain.clips.vocabulary import MAX_EXPECTED_WORDS, expected_words, list_terms, remove_term
from backend.domain.errors import NotAllowed, NotFound
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import Worker, captioned_clip, received_clip


@pytest.fixture
def clip(owner: Person, store: LocalStore, now: datetime) -> Clip:
    """The owner's clip, with two captions."""
    return captioned_clip(owner, store, now=now)


@pytest.fixture
def later(owner: Person, store: LocalStore, now: datetime) -> Clip:
    """A clip of the same organisation that nobody has listened to yet."""
    return received_clip(owner, store, now=now)


def correct(person: Person, clip: Clip, text: str, now: datetime, *, position: int = 0, version: int = 0) -> None:
    cue = cues_of(clip).get(position=position)
    correct_cue(actor=person.actor, clip_id=clip.pk, cue_id=cue.pk, text=text, version=version, now=now)


def terms_of(curator: Person) -> dict[str, int]:
    """Return the organisation's terms, with how many captions needed each."""
    terms = list_terms(actor=curator.actor)
    return {term.written: term.uses_count for term in terms}  # type: ignore[attr-defined]  # annotated


class TestExpectedWords:
    def test_reach_the_worker_with_the_next_clip(
        self, clip: Clip, later: Clip, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        correct(owner, clip, "This Zephrane will not start.", now)

        claimed = Worker.claim(later, store, now=now).claimed

        assert claimed.speech.vocabulary == ("Zephrane",)

    def test_are_other_words_only_after_two_captions_needed_them(
        self, clip: Clip, later: Clip, owner: Person, now: datetime
    ) -> None:
        correct(owner, clip, "This evaporator will not start.", now)
        once = expected_words(later)

        correct(owner, clip, "The evaporator shows E4.", now, position=1)

        assert (once, expected_words(later)) == ((), ("evaporator",))

    def test_begin_with_the_machines_own_and_those_needed_most(
        self, clip: Clip, later: Clip, owner: Person, now: datetime
    ) -> None:
        later.vocabulary = ["E-04", "Alder"]
        correct(owner, clip, "so Kelvion and Zephrane and Alder E4", now)
        correct(owner, clip, "On Zephrane", now, position=1)

        assert expected_words(later) == ("E-04", "Alder", "Zephrane", "Kelvion")

    def test_are_no_more_than_a_recogniser_takes(self, clip: Clip, later: Clip, owner: Person, now: datetime) -> None:
        later.vocabulary = [f"E{number}" for number in range(MAX_EXPECTED_WORDS - 1)]
        correct(owner, clip, "so X1 X2 X3", now)

        assert expected_words(later)[-2:] == ("E98", "X1")

    def test_are_unlearnt_when_the_correction_is_undone_or_corrected(
        self, clip: Clip, later: Clip, owner: Person, now: datetime
    ) -> None:
        correct(owner, clip, "This Zephrane will not start.", now)
        correct(owner, clip, "This Kelvion will not start.", now, version=1)
        corrected = expected_words(later)

        cue = cues_of(clip).get(position=0)
        restore_cue(actor=owner.actor, clip_id=clip.pk, cue_id=cue.pk, number=0, version=2, now=now)

        assert (corrected, expected_words(later)) == (("Kelvion",), ())

    def test_are_each_organisations_own(
        self, clip: Clip, owner: Person, outsider: Person, store: LocalStore, now: datetime
    ) -> None:
        correct(owner, clip, "This Zephrane will not start.", now)

        assert expected_words(received_clip(outsider, store, now=now)) == ()


class TestListTerms:
    def test_counts_the_captions_that_needed_a_term_however_it_was_written(
        self, clip: Clip, owner: Person, curator: Person, now: datetime
    ) -> None:
        correct(owner, clip, "The TX-77 valve", now)
        correct(owner, clip, "The tx77, tx 77 and TX-77", now, position=1)

        assert terms_of(curator) == {"TX-77": 2}

    def test_is_for_curators(self, owner: Person) -> None:
        with pytest.raises(NotAllowed):
            list_terms(actor=owner.actor)


class TestRemoveTerm:
    def test_keeps_a_term_from_coming_back(
        self, clip: Clip, later: Clip, owner: Person, curator: Person, now: datetime
    ) -> None:
        correct(owner, clip, "This Zephrane will not start.", now)

        remove_term(actor=curator.actor, term_id=list_terms(actor=curator.actor).get().pk, now=now)
        correct(owner, clip, "The Zephrane shows E4.", now, position=1)

        assert (terms_of(curator), expected_words(later)) == ({}, ())

    def test_is_for_curators_of_the_organisation(
        self, clip: Clip, owner: Person, curator: Person, outsider: Person, now: datetime
    ) -> None:
        correct(owner, clip, "This Zephrane will not start.", now)
        term_id = list_terms(actor=curator.actor).get().pk
        outsider.role = "curator"

        with pytest.raises(NotAllowed):
            remove_term(actor=owner.actor, term_id=term_id, now=now)
        with pytest.raises(NotFound):
            remove_term(actor=outsider.actor, term_id=term_id, now=now)

        assert terms_of(curator) == {"Zephrane": 1}
