from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from api_schema.media_jobs import Failure, FailureCode
from backend.doctor.findings import Finding
from backend.doctor.rows import examine_media, examine_outbox, examine_queue, examine_uploads
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.jobs import requeue_lapsed_jobs
from backend.domain.clips.models import Clip, MediaJob, Upload
from backend.domain.clips.results import record_failure
from backend.integrations.local_store import LocalStore
from backend.outbox.models import OutboxEvent
from tests.domain.clips.worker import Worker, received_clip

MINUTE = timedelta(minutes=1)


def complaints(findings: Iterable[Finding]) -> list[str]:
    return [finding.says for finding in findings if finding.level == "wrong"]


class TestExamineMedia:
    def test_is_content_with_a_clip_in_time(self, clip: Clip, now: datetime) -> None:
        assert complaints(examine_media(now=now + MINUTE)) == []

    def test_names_a_clip_that_no_worker_takes_and_what_it_waits_for(self, clip: Clip, now: datetime) -> None:
        (says,) = complaints(examine_media(now=now + 5 * MINUTE))

        assert says == (
            f"Clip {clip.id} has waited for audio, captions, offline, poster, speech, storyboard, v240, v480, v720, "
            "waveform for 5 minutes: its render job waits for a worker after 0 of 3 attempts."
        )

    def test_gives_a_long_clip_more_time(self, clip: Clip, now: datetime) -> None:
        tenancy.same_row(clip).update(duration_ms=10 * 60_000)

        assert complaints(examine_media(now=now + 30 * MINUTE)) == []
        assert len(complaints(examine_media(now=now + 33 * MINUTE))) == 1

    def test_says_who_works_on_it_and_how_it_failed_before(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        failed = Worker.claim(clip, store, now=now)
        record_failure(**failed.proof, failure=Failure(FailureCode.TIMED_OUT, "Too slow."), now=now)
        waiting = complaints(examine_media(now=now + 4 * MINUTE))
        Worker.claim(clip, store, now=now + 4 * MINUTE)
        running = complaints(examine_media(now=now + 4 * MINUTE))

        assert waiting[0].endswith(
            "waits for a worker after 1 of 3 attempts. It failed before with timed_out: Too slow."
        )
        assert running[0].endswith("its render job runs on test-1 (attempt 2 of 3).")

    def test_asks_for_the_beat_when_nobody_takes_a_dropped_job_back(
        self, clip: Clip, store: LocalStore, now: datetime
    ) -> None:
        Worker.claim(clip, store, now=now)

        (says,) = complaints(examine_media(now=now + 10 * MINUTE))

        assert says.endswith("was dropped by test-1 9 minutes ago and not taken back: does the beat run?")

    def test_says_why_a_clip_was_given_up_through_a_fault_of_ours(
        self, clip: Clip, store: LocalStore, now: datetime
    ) -> None:
        for attempt in range(3):
            Worker.claim(clip, store, now=now + attempt * MINUTE)
            requeue_lapsed_jobs(now=now + (attempt + 1) * MINUTE)

        (says,) = complaints(examine_media(now=now + 5 * MINUTE))
        assert says == (
            f"Clip {clip.id} was rejected after 3 attempts. worker_error: Processing stopped without an answer, "
            "each time it was tried. Its author can retry it."
        )

    def test_does_not_blame_us_for_a_broken_file(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        worker = Worker.claim(clip, store, now=now)
        record_failure(**worker.proof, failure=Failure(FailureCode.NOT_A_VIDEO, "A zip."), now=now)

        assert complaints(examine_media(now=now + 5 * MINUTE)) == []

    def test_names_captions_that_do_not_come(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        Worker.claim(clip, store, now=now).render(now=now)

        (says,) = complaints(examine_media(now=now + 5 * MINUTE))

        assert says.startswith(f"Clip {clip.id} has waited for captions for 5 minutes: its transcribe job waits")

    def test_names_a_clip_without_any_job(self, clip: Clip, now: datetime) -> None:
        tenancy.within_organisation(clip.organisation_id, MediaJob).delete()

        assert complaints(examine_media(now=now)) == [
            f"Clip {clip.id} is being processed and no job works on it: retry it."
        ]

    def test_asks_the_database_the_same_few_things_however_much_is_stuck(
        self, owner: Person, store: LocalStore, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for stuck_count in (1, 4):
            for _ in range(stuck_count):
                received_clip(owner, store, now=now)

            with django_assert_num_queries(4):  # late jobs and their artefacts, given up, abandoned
                assert complaints(examine_media(now=now + 5 * MINUTE)) != []


class TestExamineQueue:
    @pytest.mark.parametrize(
        ("media_workers_count", "why"),
        [
            (0, " No media worker is alive."),
            (2, " The media workers are busy: start another."),
            (None, ""),
        ],
    )
    def test_says_why_nobody_claims(self, media_workers_count: int | None, why: str, clip: Clip, now: datetime) -> None:
        found = examine_queue(media_workers_count=media_workers_count, now=now + 3 * MINUTE)

        assert complaints(found) == [f"1 media job waiting for a worker, the oldest for 3 minutes.{why}"]

    def test_is_content_with_what_was_just_queued(self, clip: Clip, now: datetime) -> None:
        assert complaints(examine_queue(media_workers_count=0, now=now)) == []


class TestExamineOutbox:
    def test_asks_for_the_relay_when_events_lie_about(self, clip: Clip, now: datetime) -> None:
        (says,) = complaints(examine_outbox(now=now + 3 * MINUTE))

        assert says == (
            "1 event due and offered by nobody, the oldest for 3 minutes: "
            "the relay does not run, or does not reach the broker."
        )

    def test_asks_for_the_workers_when_events_are_offered_in_vain(self, clip: Clip, now: datetime) -> None:
        OutboxEvent.objects.update(offers=4, offer_at=now + 3 * MINUTE)

        (says,) = complaints(examine_outbox(now=now + 3 * MINUTE))

        assert says.startswith("1 event offered again and again, the oldest for 3 minutes: no worker of its queue runs")

    def test_tells_of_the_dead(self, clip: Clip, now: datetime) -> None:
        OutboxEvent.objects.update(dead_at=now)

        assert complaints(examine_outbox(now=now)) == ["1 event given up after many failures of the handler."]


class TestExamineUploads:
    @pytest.fixture
    def upload(self, clip: Clip, owner: Person, now: datetime) -> Upload:
        return tenancy.create(
            Upload,
            organisation_id=owner.organisation_id,
            clip=clip,
            person=owner,
            declared_bytes=1_000,
            reserved_bytes=1_000,
            stored_bytes=400,
            noted_at=now,
            created_at=now,
            expires_at=now + timedelta(days=7),
        )

    def test_notes_that_a_phone_is_out_of_reach(self, upload: Upload, now: datetime) -> None:
        (finding,) = examine_uploads(now=now + 20 * MINUTE)

        assert (finding.level, finding.facts) == ("note", {"quiet_count": 1})

    def test_asks_for_the_sweep_when_a_whole_upload_is_left(self, upload: Upload, now: datetime) -> None:
        tenancy.same_row(upload).update(stored_bytes=1_000)

        assert complaints(examine_uploads(now=now + 20 * MINUTE)) == [
            "1 upload whole and not finished: the beat or the jobs worker does not run."
        ]
