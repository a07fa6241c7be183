from __future__ import annotations

from datetime import datetime

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import (
    JobKind,
    TimedCue,
)
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Cue
from backend.domain.clips.report_checks import ResultRefused
from backend.domain.search.models import Document
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import (
    Worker,
    events,
    job_of,
    received_clip,
    states_of,
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
        ],
    )
    def test_refuses_a_cue_that_cannot_be(self, cue: TimedCue, clip: Clip, transcriber: Worker, now: datetime) -> None:
        with pytest.raises(ResultRefused):
            transcriber.transcribe((cue,), now=now)

        assert not tenancy.within_organisation(clip.organisation_id, Cue).exists()
        assert states_of(clip)["captions"] == "pending"
