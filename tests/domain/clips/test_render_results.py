from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api_schema.media_jobs import (
    Failure,
    FailureCode,
    JobKind,
    MediaKind,
    ProbeFacts,
    PublishedFile,
    RenderResult,
    Rendition,
    SoundFacts,
)
from backend.domain import tenancy
from backend.domain.clips.models import Clip, Segment
from backend.domain.clips.report_checks import ResultRefused
from backend.domain.clips.results import (
    record_failure,
    record_progress,
    record_render,
    record_transcript,
)
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import (
    Worker,
    events,
    job_of,
    sizes_of,
    states_of,
    transcript,
)


class TestRecordRender:
    def test_makes_the_clip_ready_and_asks_for_its_captions(self, clip: Clip, worker: Worker, now: datetime) -> None:
        worker.render(now=now)

        clip.refresh_from_db()
        assert (clip.status, clip.ready_at, clip.playable_at, clip.render_percent) == ("ready", now, now, 100)
        states = states_of(clip)
        assert (states.pop("captions"), states.pop("waveform")) == ("pending", "absent not_needed")
        assert set(states.values()) == {"ready"}
        assert job_of(clip).status == "done"
        assert [event.payload["job_id"] for event in events("media.job_queued")] == [
            str(job_of(clip).id),
            str(job_of(clip, JobKind.TRANSCRIBE).id),
        ]

    def test_adds_what_lost_progress_reports_would_have_told(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        record_progress(**worker.proof, progress=worker.first_seconds(), store=store, now=now)

        worker.render(now=now + timedelta(seconds=9))

        clip.refresh_from_db()
        assert (clip.playable_at, clip.ready_at) == (now, now + timedelta(seconds=9))
        assert tenancy.within_organisation(clip.organisation_id, Segment).count() == 12

    def test_changes_nothing_the_second_time(self, clip: Clip, worker: Worker, now: datetime) -> None:
        worker.render(now=now)

        worker.render(now=now + timedelta(seconds=5))

        clip.refresh_from_db()
        assert clip.ready_at == now
        assert len(events("media.job_queued")) == 2

    def test_asks_for_no_captions_of_a_silent_clip(self, clip: Clip, worker: Worker, now: datetime) -> None:
        worker.render(now=now, has_audio=False)

        states = states_of(clip)
        assert {states[kind] for kind in ("audio", "speech", "captions")} == {"absent no_audio"}
        assert len(events("media.job_queued")) == 1

    def test_takes_an_empty_audio_track_for_silence(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        whole = worker.whole_video(has_audio=False)
        announced = replace(whole, probe=replace(whole.probe, has_audio=True))

        record_render(**worker.proof, result=announced, store=store, now=now)

        states = states_of(clip)
        clip.refresh_from_db()
        assert (states["audio"], states["captions"]) == ("absent not_needed", "absent no_audio")
        assert clip.playable_at == now

    def test_asks_nobody_for_the_words_of_a_clip_in_which_nothing_can_be_heard(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        silence = replace(worker.whole_video(), sound=SoundFacts(is_audible=False))

        record_render(**worker.proof, result=silence, store=store, now=now)

        clip.refresh_from_db()
        assert (clip.is_audible, clip.loudness_lufs) == (False, None)
        assert (states_of(clip)["audio"], states_of(clip)["captions"]) == ("ready", "absent no_audio")
        assert len(events("media.job_queued")) == 1

    def test_notes_how_loud_the_clip_is(self, clip: Clip, worker: Worker, store: LocalStore, now: datetime) -> None:
        loud = replace(worker.whole_video(), sound=SoundFacts(is_audible=True, loudness_lufs=-23.4))

        record_render(**worker.proof, result=loud, store=store, now=now)

        clip.refresh_from_db()
        assert (clip.is_audible, clip.loudness_lufs) == (True, -23.4)
        assert states_of(clip)["captions"] == "pending"

    def test_takes_a_voice_note(self, clip: Clip, worker: Worker, store: LocalStore, now: datetime) -> None:
        note = RenderResult(
            probe=ProbeFacts(MediaKind.VOICE, 12_000, has_audio=True),
            renditions=sizes_of(Rendition.AUDIO),
            segments=worker.segments(Rendition.AUDIO, range(3)),
            files=(worker.file("speech.wav"), worker.file("waveform.png")),
        )

        record_render(**worker.proof, result=note, store=store, now=now)

        clip.refresh_from_db()
        assert (clip.status, clip.media_kind, clip.playable_at) == ("ready", "voice", now)
        states = states_of(clip)
        assert {states[kind] for kind in ("v240", "v480", "v720")} == {"absent no_picture"}
        assert {states[kind] for kind in ("poster", "storyboard", "offline")} == {"absent not_needed"}
        assert {states[kind] for kind in ("audio", "speech", "waveform")} == {"ready"}
        assert states["captions"] == "pending"

    def test_needs_no_rendition_larger_than_the_source(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        result = worker.whole_video()
        small = replace(result, segments=tuple(one for one in result.segments if one.rendition != Rendition.V720))

        record_render(**worker.proof, result=small, store=store, now=now)

        assert states_of(clip)["v720"] == "absent not_needed"

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"segments": ()}, "at least one rendition"),
            ({"renditions": ()}, "has no size"),
            ({"files": ()}, "a poster and an offline file"),
            ({"sound": SoundFacts(is_audible=True, loudness_lufs=float("nan"))}, "An impossible loudness"),
            ({"sound": SoundFacts(is_audible=True, loudness_lufs=1e9)}, "An impossible loudness"),
            ({"files": (PublishedFile("poster.jpg", 300, columns=-1),)}, "only a storyboard has tiles"),
            ({"files": (PublishedFile("../../etc/passwd", 10),)}, "is no name of ours"),
            (
                {"probe": ProbeFacts(MediaKind.VIDEO, 12_000, has_audio=False, width_px=9, height_px=9)},
                "heard no audio",
            ),
            ({"probe": ProbeFacts(MediaKind.VIDEO, 60_000, has_audio=True, width_px=9, height_px=9)}, "in length"),
            ({"probe": ProbeFacts(MediaKind.VIDEO, 2_000, has_audio=True, width_px=9, height_px=9)}, "in length"),
        ],
    )
    def test_refuses_a_result_that_cannot_be_or_is_not_whole(
        self, change: dict[str, object], why: str, clip: Clip, worker: Worker, now: datetime
    ) -> None:
        result = replace(worker.whole_video(), **change)  # type: ignore[arg-type]  # one field a case

        with pytest.raises(ResultRefused, match=why):
            record_render(**worker.proof, result=result, store=worker.store, now=now)

        clip.refresh_from_db()
        assert (clip.status, job_of(clip).status) == ("processing", "running")
        assert set(states_of(clip).values()) == {"pending"}

    def test_refuses_a_result_of_the_other_kind(self, worker: Worker, now: datetime) -> None:
        with pytest.raises(ResultRefused):
            record_transcript(**worker.proof, result=transcript(), now=now)


class TestRecordFailure:
    def test_rejects_the_clip_at_once_when_the_file_is_at_fault(
        self, clip: Clip, worker: Worker, now: datetime
    ) -> None:
        failure = Failure(FailureCode.NOT_A_VIDEO, "This is a\x00 zip\nfile.")

        record_failure(**worker.proof, failure=failure, now=now)

        clip.refresh_from_db()
        assert (clip.status, clip.rejection_code, clip.rejection_reason) == (
            "rejected", "not_a_video", "This is a zip file.",
        )  # fmt: skip
        assert set(states_of(clip).values()) == {"failed not_a_video"}
        assert len(events("clip.rejected")) == 1

    def test_tries_again_after_a_pause_when_the_fault_is_ours(self, clip: Clip, worker: Worker, now: datetime) -> None:
        record_failure(**worker.proof, failure=Failure(FailureCode.TIMED_OUT, "Too slow."), now=now)

        job, (_, again) = job_of(clip), events("media.job_queued")
        assert (job.status, job.attempts, job.failure_code) == ("queued", 1, "timed_out")
        assert again.offer_at == now + timedelta(seconds=5)
        assert events("clip.rejected") == []

    def test_gives_up_after_three_attempts(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        for _ in range(3):
            proof = Worker.claim(clip, store, now=now).proof
            record_failure(**proof, failure=Failure(FailureCode.TIMED_OUT, "Too slow."), now=now)

        clip.refresh_from_db()
        assert (clip.status, clip.rejection_code, clip.rejection_reason) == ("rejected", "timed_out", "Too slow.")
        assert job_of(clip).status == "poison"

    def test_changes_nothing_the_second_time(self, clip: Clip, worker: Worker, now: datetime) -> None:
        failure = Failure(FailureCode.TIMED_OUT, "Too slow.")
        record_failure(**worker.proof, failure=failure, now=now)

        record_failure(**worker.proof, failure=failure, now=now)

        assert len(events("media.job_queued")) == 2

    def test_leaves_a_clip_whose_captions_failed_playable(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        worker.render(now=now)
        transcriber = Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)

        record_failure(**transcriber.proof, failure=Failure(FailureCode.UNDECODABLE, "No sound."), now=now)

        clip.refresh_from_db()
        assert clip.status == "ready"
        assert states_of(clip)["captions"] == "failed undecodable"
        assert events("clip.rejected") == []
