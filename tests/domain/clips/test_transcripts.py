from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import Failure, FailureCode, JobKind, Progress, TimedCue, Word
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.captions import captions_webvtt, cues_of
from backend.domain.clips.corrections import correct_cue
from backend.domain.clips.jobs import LeaseLost, lease_span
from backend.domain.clips.models import Clip, Cue
from backend.domain.clips.operations import retry_clip
from backend.domain.clips.report_checks import ResultRefused
from backend.domain.clips.results import record_failure, record_progress
from backend.domain.equipment.models import Asset
from backend.domain.search.models import Document
from backend.domain.search.queries import search
from backend.domain.threads.operations import Question, ask
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import (
    SPOKEN,
    Worker,
    events,
    job_of,
    received_clip,
    states_of,
    transcript,
)


class TestRecordTranscript:
    @pytest.fixture
    def transcriber(self, clip: Clip, worker: Worker, store: LocalStore, now: datetime) -> Worker:
        """A worker that has claimed the transcription of the rendered clip."""
        worker.render(now=now)
        return Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)

    def test_gets_the_speech_audio_and_nothing_else(self, transcriber: Worker) -> None:
        assert (transcriber.claimed.kind, transcriber.claimed.source_bytes) == ("transcribe", 300)

    def test_keeps_words_times_and_confidence(self, clip: Clip, transcriber: Worker, now: datetime) -> None:
        transcriber.transcribe(now=now)

        cues = tenancy.within_organisation(clip.organisation_id, Cue).order_by("position")
        assert [(cue.start_ms, cue.end_ms, cue.text, cue.confidence) for cue in cues] == [
            (1_000, 3_500, "This chiller will not start.", 0.9),
            (4_000, 6_000, "The display shows E4.", 0.4),
        ]
        assert cues[0].words == [{"text": "This", "start_ms": 1_000, "end_ms": 1_200, "confidence": 0.95, "spoken": ""}]
        assert states_of(clip)["captions"] == "ready"
        assert [event.payload["clip_id"] for event in events("captions.ready")] == [str(clip.id)]

    def test_makes_the_words_of_an_attached_clip_findable(
        self, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        thread_id = uuid7()
        clip = received_clip(owner, store, now=now, thread_id=thread_id)
        Worker.claim(clip, store, now=now).render(now=now)

        Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE).transcribe(now=now)

        found = tenancy.within(owner.actor, Document).filter(kind="cue").order_by("start_ms")
        assert [(row.subject_id, row.start_ms, row.end_ms) for row in found] == [
            (thread_id, 1_000, 3_500),
            (thread_id, 4_000, 6_000),
        ]

    def test_changes_nothing_the_second_time(self, clip: Clip, transcriber: Worker, now: datetime) -> None:
        transcriber.transcribe(now=now)
        before = set(tenancy.within_organisation(clip.organisation_id, Cue).values_list("id", flat=True))

        transcriber.transcribe(now=now)

        assert set(tenancy.within_organisation(clip.organisation_id, Cue).values_list("id", flat=True)) == before
        assert len(events("captions.ready")) == 1

    def test_takes_silence_as_a_result(self, clip: Clip, transcriber: Worker, now: datetime) -> None:
        transcriber.transcribe((), now=now)

        assert states_of(clip)["captions"] == "absent no_speech"
        assert job_of(clip, JobKind.TRANSCRIBE).status == "done"
        assert events("captions.ready") == []

    @pytest.mark.parametrize(
        "cue",
        [
            TimedCue(1_000, 900, "backwards", 0.9),
            TimedCue(-1, 900, "early", 0.9),
            TimedCue(1_000, 60_000, "after the end", 0.9),
            TimedCue(1_000, 2_000, " ", 0.9),
            TimedCue(1_000, 2_000, "nul \x00", 0.9),
            TimedCue(1_000, 2_000, "x" * 301, 0.9),
            TimedCue(1_000, 2_000, "sure", 1.1),
            TimedCue(1_000, 2_000, "sure", float("nan")),
            TimedCue(1_000, 2_000, "E4", 0.9, (Word("E4", 1_000, 1_100, 0.9, spoken="nul \x00"),)),
            TimedCue(1_000, 2_000, "E4", 0.9, (Word("E4", 1_000, 1_100, 0.9, spoken="four " * 13),)),
        ],
    )
    def test_refuses_a_cue_that_cannot_be(self, cue: TimedCue, clip: Clip, transcriber: Worker, now: datetime) -> None:
        with pytest.raises(ResultRefused):
            transcriber.transcribe((cue,), now=now)

        assert not tenancy.within_organisation(clip.organisation_id, Cue).exists()
        assert states_of(clip)["captions"] == "pending"


class TestRecordCaptionsSoFar:
    """The first 15 seconds are read while the rest is still being heard."""

    FIRST, REST = SPOKEN

    @pytest.fixture
    def thread_id(self, owner: Person, asset: Asset, now: datetime) -> UUID:
        question = Question(asset_id=asset.pk, title="A machine stands", fault_code="")
        return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread.pk

    @pytest.fixture
    def clip(self, owner: Person, store: LocalStore, thread_id: UUID, now: datetime) -> Clip:
        """A rendered clip of the thread, whose words nobody knows yet."""
        clip = received_clip(owner, store, now=now, thread_id=thread_id)
        Worker.claim(clip, store, now=now).render(now=now)
        return clip

    @pytest.fixture
    def transcriber(self, clip: Clip, store: LocalStore, now: datetime) -> Worker:
        return Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)

    def test_shows_and_finds_the_first_words_before_the_rest(
        self, clip: Clip, transcriber: Worker, owner: Person, now: datetime
    ) -> None:
        hear(transcriber, (self.FIRST,), now=now)

        assert states_of(clip)["captions"] == "playable"
        assert captions_webvtt(actor=owner.actor, clip_id=clip.pk).endswith("\nThis chiller will not start.\n")
        assert [hit.moment.start_ms for hit in search(actor=owner.actor, words="chiller") if hit.moment] == [1_000]
        assert events("captions.ready") == []

    def test_replaces_them_by_each_later_report_and_tells_of_the_last(
        self, clip: Clip, transcriber: Worker, owner: Person, now: datetime
    ) -> None:
        hear(transcriber, (TimedCue(1_000, 3_500, "This hill is steep", 0.3),), now=now)
        hear(transcriber, (self.FIRST,), now=now)

        transcriber.transcribe(now=now)

        assert texts_of(clip) == ["This chiller will not start.", "The display shows E4."]
        assert states_of(clip)["captions"] == "ready"
        assert search(actor=owner.actor, words="steep hill") == []
        assert len(events("captions.ready")) == 1

    def test_changes_nothing_when_a_report_comes_twice(self, clip: Clip, transcriber: Worker, now: datetime) -> None:
        hear(transcriber, (self.FIRST,), now=now)
        before = list(cues_of(clip).values())

        hear(transcriber, (self.FIRST,), now=now)

        assert list(cues_of(clip).values()) == before

    def test_renews_the_lease(self, clip: Clip, transcriber: Worker, now: datetime) -> None:
        later = now + timedelta(seconds=10)

        hear(transcriber, (self.FIRST,), now=later)

        assert job_of(clip, JobKind.TRANSCRIBE).lease_until == later + lease_span()

    def test_refuses_what_a_late_attempt_heard(
        self, clip: Clip, transcriber: Worker, store: LocalStore, now: datetime
    ) -> None:
        later = now + timedelta(minutes=5)
        newest = Worker.claim(clip, store, now=later, kind=JobKind.TRANSCRIBE)
        hear(newest, (self.FIRST,), now=later)

        with pytest.raises(LeaseLost):
            hear(transcriber, (self.REST,), now=later)

        assert texts_of(clip) == ["This chiller will not start."]

    def test_lets_a_new_attempt_replace_what_the_one_before_heard(
        self, clip: Clip, transcriber: Worker, store: LocalStore, now: datetime
    ) -> None:
        later = now + timedelta(minutes=5)
        hear(transcriber, (self.FIRST,), now=now)
        newest = Worker.claim(clip, store, now=later, kind=JobKind.TRANSCRIBE)
        kept = texts_of(clip)

        hear(newest, (self.REST,), now=later)

        assert (kept, texts_of(clip)) == (["This chiller will not start."], ["The display shows E4."])

    def test_keeps_the_first_words_readable_when_the_rest_cannot_be_heard(
        self, clip: Clip, transcriber: Worker, owner: Person, now: datetime
    ) -> None:
        hear(transcriber, (self.FIRST,), now=now)

        record_failure(**transcriber.proof, failure=Failure(FailureCode.UNDECODABLE, "It broke."), now=now)

        assert states_of(clip)["captions"] == "failed undecodable"
        assert texts_of(clip) == ["This chiller will not start."]
        retry_clip(actor=owner.actor, clip_id=clip.pk, now=now)
        assert states_of(clip)["captions"] == "pending"

    def test_forgets_first_words_that_turn_out_to_be_noise(
        self, clip: Clip, transcriber: Worker, owner: Person, now: datetime
    ) -> None:
        hear(transcriber, (self.FIRST,), now=now)

        transcriber.transcribe((), now=now)

        assert (states_of(clip)["captions"], texts_of(clip)) == ("absent no_speech", [])
        assert search(actor=owner.actor, words="start") == []

    def test_keeps_what_a_person_wrote_where_the_recogniser_hears_nothing_in_the_end(
        self, clip: Clip, transcriber: Worker, owner: Person, now: datetime
    ) -> None:
        hear(transcriber, (self.FIRST,), now=now)
        cue = cues_of(clip).get()
        correct_cue(actor=owner.actor, clip_id=clip.pk, cue_id=cue.pk, text="The fan stands.", version=0, now=now)

        transcriber.transcribe((), now=now)

        assert (states_of(clip)["captions"], texts_of(clip)) == ("ready", ["The fan stands."])

    def test_takes_words_of_no_render_and_nothing_but_words(
        self, clip: Clip, transcriber: Worker, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        render = Worker.claim(received_clip(owner, store, now=now), store, now=now)
        words_and_segments = replace(render.first_seconds(), transcript=transcript((self.FIRST,)))

        with pytest.raises(ResultRefused):
            hear(render, (self.FIRST,), now=now)
        with pytest.raises(ResultRefused):
            hear(transcriber, (TimedCue(1_000, 900, "backwards", 0.9),), now=now)
        with pytest.raises(ResultRefused):
            record_progress(**transcriber.proof, progress=words_and_segments, store=store, now=now)

        assert (states_of(clip)["captions"], texts_of(clip)) == ("pending", [])


def hear(worker: Worker, cues: tuple[TimedCue, ...], *, now: datetime) -> None:
    """Report what was heard so far."""
    progress = Progress(10, transcript=transcript(cues))
    record_progress(**worker.proof, progress=progress, store=worker.store, now=now)


def texts_of(clip: Clip) -> list[str]:
    return list(cues_of(clip).values_list("text", flat=True))
