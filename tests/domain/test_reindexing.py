"""What search finds is written anew, whoever is killed meanwhile."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from api_schema.media_jobs import SpeechOutcome, TimedCue, TranscribeResult
from backend.domain.accounts.models import Organisation, Person
from backend.domain.clips.models import Clip
from backend.domain.clips.transcripts import put_transcript
from backend.domain.equipment.models import Asset
from backend.domain.reindexing.operations import reindex_waiting, waiting_subjects
from backend.domain.search.models import Document, Posting, Subject, TermCount
from backend.domain.search.statistics import fold_changes
from backend.domain.threads.models import Thread
from backend.domain.threads.states import TryOutcome
from tests.api.world import answer_and_try, ask_about, correct
from tests.domain.search.documents import put, thread_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(organisation: Organisation, owner: Person, colleague: Person, asset: Asset, now: datetime) -> Thread:
    """A corrected thread with captions, and another, all as an older version left them: with words, without facts."""
    thread = ask_about(asset, owner)
    suggestion, _ = answer_and_try(thread, colleague, TryOutcome.NO)
    correct(suggestion, owner)
    assert thread.ask_clip_id is not None
    clip = Clip.objects.select_for_update().get(pk=thread.ask_clip_id)
    cue = TimedCue(start_ms=0, end_ms=2_000, text="the strainer is clogged", confidence=0.9, words=())
    put_transcript(clip, TranscribeResult(SpeechOutcome.SPEECH, engine="ear", language="en", cues=(cue,)), now=now)
    ask_about(asset, owner, "Lift doors reopen")
    call_command("reindex", "--all", stdout=StringIO())
    return thread


def found() -> tuple[list[Any], ...]:
    """Return everything that search reads, but for the ids of its rows."""
    fold_changes(Subject.objects.first().organisation_id)  # type: ignore[union-attr]
    return (
        sorted(Document.objects.values_list("source_id", "kind", "body", "words", "start_ms")),
        sorted(Subject.objects.values_list("id", "make", "model_code", "code", "site_id", "is_held", "words_count")),
        sorted(Posting.objects.values_list("subject_id", "term", "frequency")),
        sorted(TermCount.objects.exclude(subjects_count=0).values_list("term", "subjects_count")),
    )


class TestReindexing:
    def test_in_steps_leaves_what_was_written_at_once(self, written: Thread, now: datetime) -> None:
        right = found()
        Document.objects.filter(kind__in=["cue", "correction"]).update(body="stale", words="'stale':1")
        Subject.objects.update(facts_at=None, make="", model_code="", code="", site_id=None)

        steps = [reindex_waiting(limit=1, now=now) for _ in range(3)]

        assert (steps, found()) == ([1, 1, 0], right)
        assert Document.objects.filter(kind="correction", body__startswith="Open the left valve.").exists()

    def test_of_everything_says_how_far_it_is(self, written: Thread) -> None:
        said = StringIO()

        call_command("reindex", "--all", stdout=said)

        assert said.getvalue().splitlines() == ["2 of 2", "Everything that search finds is up to date."]
        assert not waiting_subjects().exists()

    def test_takes_away_what_is_there_no_more(self, organisation: Organisation, now: datetime) -> None:
        put(organisation, now, thread_document("Nobody's"))  # as of a thread that was deleted by hand

        assert (reindex_waiting(limit=5, now=now), Subject.objects.count(), Posting.objects.count()) == (1, 0, 0)
