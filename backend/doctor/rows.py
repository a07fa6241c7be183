"""What the database says: media that waits or was given up, the outbox, the uploads. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from backend.doctor.findings import Finding, counted, fine, note, span, wrong
from backend.domain.clips import stuck
from backend.domain.clips.jobs import MAX_ATTEMPTS
from backend.domain.clips.states import JobStatus
from backend.domain.clips.stuck import JobStanding
from backend.outbox.lag import measure_lag

UNCLAIMED_FOR = timedelta(seconds=60)


def examine_media(*, now: datetime) -> Iterator[Finding]:
    """Yield what is stuck about clips, and why."""
    late, given_up = stuck.list_late_jobs(now=now), stuck.list_given_up_jobs(now=now)
    abandoned = stuck.list_abandoned_clips()
    yield from (wrong("media", _late(job, now), **_facts(job)) for job in late)
    yield from (wrong("media", _given_up(job), **_facts(job)) for job in given_up)
    yield from (
        wrong("media", f"Clip {clip_id} is being processed and no job works on it: retry it.", clip_id=str(clip_id))
        for clip_id in abandoned
    )
    if not (late or given_up or abandoned):
        yield fine("media", "No clip takes longer than it should, and none was given up through a fault of ours.")


def _facts(job: JobStanding) -> dict[str, object]:
    return {"clip_id": str(job.clip_id), "job": job.kind, "status": job.status, "attempts": job.attempts}


def _late(job: JobStanding, now: datetime) -> str:
    waits_for = ", ".join(job.unsettled) or "nothing"
    return (
        f"Clip {job.clip_id} has waited for {waits_for} for {span(job.queued_at, now)}: "
        f"its {job.kind} job {_doing(job, now)}{_last_failure(job)}"
    )


def _doing(job: JobStanding, now: datetime) -> str:
    attempts = f"after {job.attempts} of {MAX_ATTEMPTS} attempts."
    if job.status == JobStatus.QUEUED or job.lease_until is None:
        return f"waits for a worker {attempts}"
    if job.lease_until < now:
        return f"was dropped by {job.worker} {span(job.lease_until, now)} ago and not taken back: does the beat run?"
    return f"runs on {job.worker} (attempt {job.attempts} of {MAX_ATTEMPTS})."


def _last_failure(job: JobStanding) -> str:
    return f" It failed before with {job.failure_code}: {job.failure_detail}" if job.failure_code else ""


def _given_up(job: JobStanding) -> str:
    what = "has no captions" if job.kind == "transcribe" else "was rejected"
    return (
        f"Clip {job.clip_id} {what} after {counted(job.attempts, 'attempt')}. "
        f"{job.failure_code}: {job.failure_detail} Its author can retry it."
    )


def examine_queue(*, media_workers_count: int | None, now: datetime) -> Iterator[Finding]:
    """Yield whether offered jobs are claimed. `media_workers_count`: how many answer; None: nobody could be asked."""
    queue = stuck.measure_queue(now=now)
    if queue.oldest_queued_at is None or now - queue.oldest_queued_at < UNCLAIMED_FOR:
        yield fine("queue", f"{counted(queue.waiting_count, 'media job')} waiting for a worker, none for long.")
        return
    why = {None: "", 0: " No media worker is alive."}.get(
        media_workers_count, " The media workers are busy: start another."
    )
    yield wrong(
        "queue",
        f"{counted(queue.waiting_count, 'media job')} waiting for a worker, the oldest for "
        f"{span(queue.oldest_queued_at, now)}.{why}",
        waiting_count=queue.waiting_count,
    )


def examine_outbox(*, now: datetime) -> Iterator[Finding]:
    """Yield whether facts get to those who must hear of them."""
    lag = measure_lag(now=now)
    since = span(lag.oldest_at, now) if lag.oldest_at else ""
    if lag.unoffered_count:
        yield wrong(
            "outbox",
            f"{counted(lag.unoffered_count, 'event')} due and offered by nobody, the oldest for {since}: "
            "the relay does not run, or does not reach the broker.",
            unoffered_count=lag.unoffered_count,
        )
    if lag.unhandled_count:
        yield wrong(
            "outbox",
            f"{counted(lag.unhandled_count, 'event')} offered again and again, the oldest for {since}: "
            "no worker of its queue runs, or its handler fails; see the workers' logs.",
            unhandled_count=lag.unhandled_count,
        )
    if lag.dead_count:
        yield wrong(
            "outbox",
            f"{counted(lag.dead_count, 'event')} given up after many failures of the handler.",
            dead_count=lag.dead_count,
        )
    if not (lag.unoffered_count or lag.unhandled_count or lag.dead_count):
        yield fine("outbox", "Every event is handled within a minute.")


def examine_uploads(*, now: datetime) -> Iterator[Finding]:
    """Yield whether uploads come to their end."""
    uploads = stuck.count_uploads(now=now)
    if uploads.whole_count:
        yield wrong(
            "uploads",
            f"{counted(uploads.whole_count, 'upload')} whole and not finished: "
            "the beat or the jobs worker does not run.",
            whole_count=uploads.whole_count,
        )
    if uploads.quiet_count:
        yield note(
            "uploads",
            f"{counted(uploads.quiet_count, 'upload')} quiet for a quarter of an hour: the phone is out of reach, "
            "and may come back for seven days.",
            quiet_count=uploads.quiet_count,
        )
    if not (uploads.whole_count or uploads.quiet_count):
        yield fine("uploads", "No upload has stopped in the middle.")
