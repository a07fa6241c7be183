from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import (
    Failure,
    FailureCode,
    JobKind,
    MediaKind,
    ProbeFacts,
    Progress,
    PublishedFile,
    PublishedSegment,
    RenderResult,
    Rendition,
    TimedCue,
)
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Cue, Segment
from backend.domain.clips.report_checks import ResultRefused
from backend.domain.clips.results import (
    record_failure,
    record_progress,
    record_render,
    record_transcript,
    sign_upload_urls,
)
from backend.domain.search.models import Document
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import (
    SEGMENT_BYTES,
    SEGMENT_MS,
    Worker,
    events,
    job_of,
    received_clip,
    sizes_of,
    states_of,
    transcript,
)


@pytest.fixture
def worker(clip: Clip, store: LocalStore, now: datetime) -> Worker:
    """A worker that has claimed the clip's render."""
    return Worker.claim(clip, store, now=now)


class TestSignUploadUrls:
    def test_signs_names_of_ours_under_the_attempts_prefix(
        self, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        names = ("v240/init.mp4", "v240/00000.m4s", "poster.jpg")

        signed = sign_upload_urls(**worker.proof, names=names, store=store, now=now)

        assert set(signed.urls) == set(names)
        assert all(url.startswith("http://127.0.0.1:8000/objects/") for url in signed.urls.values())

    @pytest.mark.parametrize("name", ["../x.mp4", "v1080/00000.m4s", "original", "v240/0.m4s", "poster.jpg\n"])
    def test_refuses_any_other_name(self, name: str, worker: Worker, store: LocalStore, now: datetime) -> None:
        with pytest.raises(ResultRefused):
            sign_upload_urls(**worker.proof, names=("poster.jpg", name), store=store, now=now)

    def test_refuses_a_flood(self, worker: Worker, store: LocalStore, now: datetime) -> None:
        with pytest.raises(ResultRefused):
            sign_upload_urls(**worker.proof, names=("poster.jpg",) * 65, store=store, now=now)


class TestRecordProgress:
    def test_makes_the_clip_playable_with_its_first_segments(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        lease = record_progress(**worker.proof, progress=worker.first_seconds(), store=store, now=now)

        clip.refresh_from_db()
        assert lease.lease_s == 20
        assert (clip.playable_at, clip.render_percent, clip.duration_ms) == (now, 10, 12_000)
        assert (clip.media_kind, clip.width_px, clip.height_px, clip.status) == ("video", 1280, 720, "processing")
        assert (states_of(clip)["v240"], states_of(clip)["v480"]) == ("playable", "pending")

    def test_waits_for_the_sound_of_a_clip_that_has_some(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        silent = replace(worker.first_seconds(), segments=worker.segments(Rendition.V240, range(1)))

        record_progress(**worker.proof, progress=silent, store=store, now=now)

        clip.refresh_from_db()
        assert clip.playable_at is None

    def test_changes_nothing_the_second_time(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        progress = worker.first_seconds()
        record_progress(**worker.proof, progress=progress, store=store, now=now)

        record_progress(**worker.proof, progress=progress, store=store, now=now + timedelta(seconds=5))

        clip.refresh_from_db()
        assert clip.playable_at == now
        assert tenancy.within_organisation(clip.organisation_id, Segment).count() == 2

    def test_renews_the_lease_when_there_is_nothing_new(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        later = now + timedelta(seconds=10)

        record_progress(**worker.proof, progress=Progress(33), store=store, now=later)

        assert job_of(clip).lease_until == later + timedelta(seconds=20)
        assert job_of(clip).clip.render_percent == 33

    @pytest.mark.parametrize(
        ("segment", "why"),
        [
            (PublishedSegment(Rendition.V240, 2, SEGMENT_MS, SEGMENT_BYTES), "has no one before it"),
            (PublishedSegment(Rendition.V240, 0, SEGMENT_MS, SEGMENT_BYTES + 1), "was another one before"),
            (PublishedSegment(Rendition.V240, 1, SEGMENT_MS, SEGMENT_BYTES + 1), "has 1000 bytes, not 1001"),
            (PublishedSegment(Rendition.V240, 3, SEGMENT_MS, SEGMENT_BYTES), "is not in the object store"),
            (PublishedSegment(Rendition.V240, 1, 15_000, SEGMENT_BYTES), "longer than the clip"),
            (PublishedSegment(Rendition.V240, 1, 0, SEGMENT_BYTES), "an impossible duration"),
            (PublishedSegment(Rendition.V240, 1, SEGMENT_MS, -1), "an impossible size"),
            (PublishedSegment(Rendition.V240, 1200, SEGMENT_MS, SEGMENT_BYTES), "too many segments"),
        ],
    )
    def test_refuses_a_segment_that_cannot_be(
        self, segment: PublishedSegment, why: str, clip: Clip, worker: Worker, now: datetime
    ) -> None:
        record_progress(**worker.proof, progress=worker.first_seconds(), store=worker.store, now=now)
        worker.segments(Rendition.V240, range(1, 3))

        with pytest.raises(ResultRefused, match=why):
            record_progress(**worker.proof, progress=Progress(20, segments=(segment,)), store=worker.store, now=now)

        assert tenancy.within_organisation(clip.organisation_id, Segment).count() == 2

    def test_refuses_segments_without_their_init_segment(
        self, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        progress = worker.first_seconds()
        store.delete(f"{worker.prefix}v240/init.mp4")

        with pytest.raises(ResultRefused, match=r"no init\.mp4"):
            record_progress(**worker.proof, progress=progress, store=store, now=now)

    def test_refuses_segments_before_the_probe(self, worker: Worker, store: LocalStore, now: datetime) -> None:
        progress = replace(worker.first_seconds(), probe=None)

        with pytest.raises(ResultRefused, match="probe must be reported first"):
            record_progress(**worker.proof, progress=progress, store=store, now=now)

    @pytest.mark.parametrize(
        "probe",
        [
            ProbeFacts(MediaKind.VIDEO, 0, has_audio=True, width_px=640, height_px=480),
            ProbeFacts(MediaKind.VIDEO, 1_200_001, has_audio=True, width_px=640, height_px=480),
            ProbeFacts(MediaKind.VIDEO, 2**40, has_audio=True, width_px=640, height_px=480),
            ProbeFacts(MediaKind.VIDEO, 1_000, has_audio=True),
            ProbeFacts(MediaKind.VIDEO, 1_000, has_audio=True, width_px=16_000, height_px=16_000),
            ProbeFacts(MediaKind.VOICE, 1_000, has_audio=False),
        ],
    )
    def test_refuses_a_probe_that_cannot_be(
        self, probe: ProbeFacts, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        with pytest.raises(ResultRefused):
            record_progress(**worker.proof, progress=Progress(1, probe), store=store, now=now)

        clip.refresh_from_db()
        assert clip.duration_ms is None


class TestRecordRender:
    def test_makes_the_clip_ready_and_asks_for_its_captions(self, clip: Clip, worker: Worker, now: datetime) -> None:
        worker.render(now=now)

        clip.refresh_from_db()
        assert (clip.status, clip.ready_at, clip.playable_at, clip.render_percent) == ("ready", now, now, 100)
        states = states_of(clip)
        assert states.pop("captions") == "pending"
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

    def test_takes_a_voice_note(self, clip: Clip, worker: Worker, store: LocalStore, now: datetime) -> None:
        note = RenderResult(
            probe=ProbeFacts(MediaKind.VOICE, 12_000, has_audio=True),
            renditions=sizes_of(Rendition.AUDIO),
            segments=worker.segments(Rendition.AUDIO, range(3)),
            files=(worker.file("speech.wav"),),
        )

        record_render(**worker.proof, result=note, store=store, now=now)

        clip.refresh_from_db()
        assert (clip.status, clip.media_kind, clip.playable_at) == ("ready", "voice", now)
        states = states_of(clip)
        assert {states[kind] for kind in ("v240", "v480", "v720")} == {"absent no_picture"}
        assert {states[kind] for kind in ("poster", "storyboard", "offline")} == {"absent not_needed"}
        assert (states["audio"], states["speech"], states["captions"]) == ("ready", "ready", "pending")

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
            ({"segments": ()}, "at least one video rendition"),
            ({"renditions": ()}, "has no size"),
            ({"files": ()}, "a poster and an offline file"),
            ({"files": (PublishedFile("../../etc/passwd", 10),)}, "is no name of ours"),
            ({"probe": ProbeFacts(MediaKind.VIDEO, 12_000, has_audio=False, width_px=9, height_px=9)}, "differ"),
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
        assert cues[0].words == [{"text": "This", "start_ms": 1_000, "end_ms": 1_200, "confidence": 0.95}]
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
