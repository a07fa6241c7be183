"""What people look for is noted once, whoever types how fast, and forgotten after 90 days."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest
from django.db import connection

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.insights.models import SearchNote
from backend.domain.insights.noting import KEPT_FOR, forget_old_searches, note_search
from backend.domain.search.queries import search
from backend.domain.threads.states import TryOutcome
from tests.api.world import answer_and_try, ask_about

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def look_for(person: Person, words: str, at: datetime) -> None:
    note_search(actor=person.actor, words=words, hits=[], language="en", now=at)


def noted() -> list[str]:
    return list(SearchNote.objects.order_by("searched_at").values_list("words", flat=True))


class TestNoteSearch:
    def test_keeps_the_words_and_their_stems(self, owner: Person, now: datetime) -> None:
        look_for(owner, "  Chillers, JUDDERING (E-04)! ", now)

        note = SearchNote.objects.get()
        assert (note.person, note.organisation_id, note.searched_at) == (owner, owner.organisation_id, now)
        assert (note.words, sorted(note.terms)) == ("chillers juddering e 04", ["04", "chiller", "e", "judder"])
        assert (note.found_count, note.best_share) == (0, 0.0)

    def test_counts_what_is_searched_while_typing_once(self, owner: Person, colleague: Person, now: datetime) -> None:
        look_for(colleague, "ch", now)
        for number, words in enumerate(["ch", "chil", "chiller", "chiller trips"]):
            look_for(owner, words, now + number * 20 * SECOND)
        look_for(owner, "chiller trips at night", now + 5 * MINUTE)  # another thought, not the same breath

        assert noted() == ["ch", "chiller trips", "chiller trips at night"]

    def test_counts_the_same_words_once_in_ten_minutes_for_each_person(
        self, owner: Person, colleague: Person, now: datetime
    ) -> None:
        for minutes in (0, 4, 9.9, 10):
            look_for(owner, "E4 chiller", now + minutes * MINUTE)
            look_for(colleague, "e4 CHILLER?", now + minutes * MINUTE)

        assert [SearchNote.objects.filter(person=person).count() for person in (owner, colleague)] == [2, 2]

    def test_counts_only_what_is_known_to_work_as_found(
        self, owner: Person, colleague: Person, asset: Asset, now: datetime
    ) -> None:
        thread = ask_about(asset, owner)
        found = []
        for outcome in (TryOutcome.NO, TryOutcome.FIXED):
            answer_and_try(thread, colleague, outcome)
            thread.refresh_from_db()
            hits = search(actor=owner.actor, words="E4 chiller")
            note_search(actor=owner.actor, words=f"E4 chiller {outcome}", hits=hits, language="en", now=now)
            found.append([hit.id for hit in hits])

        assert found == [[thread.pk], [thread.pk]]
        assert list(SearchNote.objects.order_by("words").values_list("best_share", flat=True)) == [1.0, 0.0]

    def test_notes_nothing_when_no_word_was_asked(self, owner: Person, now: datetime) -> None:
        look_for(owner, "?!…", now)

        assert noted() == []

    def test_never_fails_the_search(self, owner: Person, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE insights_searchnote RENAME TO mislaid")

        with caplog.at_level(logging.WARNING):
            look_for(owner, "chiller", now)

        assert Person.objects.filter(pk=owner.pk).exists()  # the transaction around it goes on
        assert "could not be noted" in caplog.text


def test_what_is_older_than_90_days_is_forgotten(owner: Person, now: datetime) -> None:
    look_for(owner, "chiller", now - KEPT_FOR - SECOND)
    look_for(owner, "pump", now - KEPT_FOR)

    assert forget_old_searches(now=now) == 1
    assert noted() == ["pump"]
