from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from api_schema.ids import uuid7
from api_schema.media_jobs import ClaimedJob, Failure, FailureCode, Progress
from backend.domain.accounts.models import Person
from backend.domain.clips.jobs import (
    JobNotClaimable,
    LeaseLost,
    claim_job,
    queue_render,
    requeue_lapsed_jobs,
    wake_waiting_jobs,
)
from backend.domain.clips.models import Clip
from backend.domain.clips.operations import expect_clip
from backend.domain.clips.results import record_failure, record_progress, record_render
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import Worker, events, job_of, received_clip, states_of

LATER = timedelta(minutes=1)


class TestQueueRender:
    def test_plans_every_artefact_and_wakes_a_worker_once(self, clip: Clip, now: datetime) -> None:
        queue_render(clip=clip, now=now)

        assert set(states_of(clip)) == {
            "poster", "storyboard", "v240", "v480", "v720", "audio", "offline", "speech", "captions", "waveform",
        }  # fmt: skip
        assert set(states_of(clip).values()) == {"pending"}
        assert [event.payload for event in events("media.job_queued")] == [{"job_id": str(job_of(clip).id)}]


class TestClaimJob:
    def test_tells_the_worker_what_it_may_know(self, owner: Person, store: LocalStore, now: datetime) -> None:
        clip_id = uuid7()
        expect_clip(actor=owner.actor, clip_id=clip_id, thread_id=uuid7(), vocabulary=("E4",), now=now)
        clip = received_clip(owner, store, now=now, clip_id=clip_id)

        claimed = Worker.claim(clip, store, now=now).claimed

        assert (claimed.kind, claimed.clip_id, claimed.attempt, claimed.source_bytes) == ("render", clip.id, 1, 5_000)
        assert claimed.source_url.startswith("http://127.0.0.1:8000/objects/")
        assert (claimed.speech.language, claimed.speech.vocabulary) == ("en", ("E4",))
        assert claimed.limits.max_duration_s == 1200

    def test_counts_the_attempt_and_keeps_only_the_tokens_hash(
        self, clip: Clip, store: LocalStore, now: datetime
    ) -> None:
        claimed = Worker.claim(clip, store, now=now).claimed

        job = job_of(clip)
        assert (job.status, job.attempts, job.worker) == ("running", 1, "test-1")
        assert job.token_hash == hashlib.sha256(claimed.job_token.encode()).hexdigest()
        assert job.lease_until == now + timedelta(seconds=claimed.lease_s)

    def test_refuses_a_job_that_runs_is_over_or_unknown(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        worker = Worker.claim(clip, store, now=now)
        with pytest.raises(JobNotClaimable):
            claim_job(job_id=job_of(clip).id, worker="test-2", store=store, now=now)

        worker.render(now=now)

        for job_id in (job_of(clip).id, uuid7()):
            with pytest.raises(JobNotClaimable):
                claim_job(job_id=job_id, worker="test-2", store=store, now=now + LATER)

    def test_takes_over_when_the_lease_lapsed_and_starts_the_segments_again(
        self, clip: Clip, store: LocalStore, now: datetime
    ) -> None:
        first = Worker.claim(clip, store, now=now)
        record_progress(**first.proof, progress=first.first_seconds(), store=store, now=now)

        second = Worker.claim(clip, store, now=now + LATER)

        assert second.claimed.attempt == 2
        assert states_of(clip)["v240"] == "pending"
        clip.refresh_from_db()
        assert (clip.playable_at, clip.render_percent) == (None, 0)

    @pytest.mark.django_db(transaction=True)
    def test_gives_the_job_to_one_of_two_workers_that_claim_at_once(
        self, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        with transaction.atomic():
            clip = received_clip(owner, store, now=now)
        job_id = job_of(clip).id

        outcomes = at_once(lambda: claim_job(job_id=job_id, worker="racer", store=store, now=now), times=4)

        won = [outcome for outcome in outcomes if isinstance(outcome, ClaimedJob)]
        lost = [outcome for outcome in outcomes if isinstance(outcome, JobNotClaimable)]
        assert (len(won), len(lost)) == (1, 3)
        assert job_of(clip).attempts == 1


def at_once(call: Callable[[], object], *, times: int) -> list[object]:
    """Return what each of `times` threads that start together got: a result, or the exception."""
    barrier, outcomes = threading.Barrier(times), []

    def run() -> None:
        barrier.wait()
        try:
            outcomes.append(call())
        except JobNotClaimable as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


class TestLateAttempt:
    def test_is_refused_whatever_it_reports(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        late = Worker.claim(clip, store, now=now)
        result = late.whole_video()
        newest = Worker.claim(clip, store, now=now + LATER)

        with pytest.raises(LeaseLost):
            record_progress(**late.proof, progress=Progress(50), store=store, now=now + LATER)
        with pytest.raises(LeaseLost):
            record_render(**late.proof, result=result, store=store, now=now + LATER)
        with pytest.raises(LeaseLost):
            record_failure(**late.proof, failure=Failure(FailureCode.TIMED_OUT, "Too slow."), now=now + LATER)

        assert job_of(clip).status == "running"
        newest.render(now=now + LATER)
        assert job_of(clip).status == "done"

    def test_is_refused_once_the_sweep_took_its_job_back(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        late = Worker.claim(clip, store, now=now)
        requeue_lapsed_jobs(now=now + LATER)

        with pytest.raises(LeaseLost):
            late.render(now=now + LATER)

        assert job_of(clip).status == "queued"

    def test_writes_where_nobody_looks(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        late = Worker.claim(clip, store, now=now)
        late.write("v240/00000.m4s", 1)
        newest = Worker.claim(clip, store, now=now + LATER)

        record_progress(**newest.proof, progress=newest.first_seconds(), store=store, now=now + LATER)

        assert states_of(clip)["v240"] == "playable"


class TestRequeueLapsedJobs:
    def test_leaves_a_worker_alone_that_renews_its_lease(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        worker = Worker.claim(clip, store, now=now)
        record_progress(**worker.proof, progress=Progress(1), store=store, now=now + timedelta(seconds=15))

        assert requeue_lapsed_jobs(now=now + timedelta(seconds=30)) == 0

        assert job_of(clip).status == "running"

    def test_queues_a_silent_workers_job_again_and_wakes_another(
        self, clip: Clip, store: LocalStore, now: datetime
    ) -> None:
        Worker.claim(clip, store, now=now)

        assert requeue_lapsed_jobs(now=now + LATER) == 1

        assert (job_of(clip).status, job_of(clip).attempts) == ("queued", 1)
        assert len(events("media.job_queued")) == 2

    def test_rejects_the_clip_after_the_third_silence(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        for attempt in range(3):
            Worker.claim(clip, store, now=now + attempt * LATER)
            requeue_lapsed_jobs(now=now + (attempt + 1) * LATER)

        clip.refresh_from_db()
        assert (clip.status, clip.rejection_code) == ("rejected", "worker_error")
        assert clip.rejection_reason == "Processing stopped without an answer, each time it was tried."
        assert set(states_of(clip).values()) == {"failed worker_error"}
        assert job_of(clip).status == "poison"
        assert [event.payload["clip_id"] for event in events("clip.rejected")] == [str(clip.id)]


class TestWakeWaitingJobs:
    def test_says_again_what_nobody_claimed_for_ten_seconds(self, clip: Clip, now: datetime) -> None:
        assert wake_waiting_jobs(now=now + timedelta(seconds=9)) == 0
        assert wake_waiting_jobs(now=now + timedelta(seconds=11)) == 1
        assert wake_waiting_jobs(now=now + timedelta(seconds=12)) == 0

        assert len(events("media.job_queued")) == 2

    def test_lets_a_running_job_run(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        Worker.claim(clip, store, now=now)

        assert wake_waiting_jobs(now=now + LATER) == 0
