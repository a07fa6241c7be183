"""One wake-up, from claim to report: whatever happens, the backend is told or learns it from the lapsed lease."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from api_schema.media_jobs import ClaimedJob, Failure, FailureCode, JobKind, RenderResult, TranscribeResult
from media_worker.backend_client import BackendClient, JobNotClaimable, JobSession, LeaseLost
from media_worker.config import WorkerConfig
from media_worker.failures import JobFailed, WorkerStopping
from media_worker.lease import LeaseKeeper
from media_worker.object_links import ObjectLinks
from media_worker.render.rendering import render_clip
from media_worker.retries import RetryPolicy, Unreachable
from media_worker.speech.choice import Transcribers
from media_worker.transcribe import transcribe_clip
from media_worker.workspace import private_directory

_LOGGER = logging.getLogger(__name__)
_OUR_FAULT = Failure(FailureCode.WORKER_ERROR, "Something broke on our side; it is tried again.")
_STOPPED = Failure(FailureCode.WORKER_ERROR, "The machine that processes recordings was stopped; it is tried again.")
_ONE_TRY = RetryPolicy(attempts=1)  # a stopping worker must not wait for a backend that may be stopping, too


@dataclass(frozen=True)
class Worker:
    """What is kept warm from job to job."""

    config: WorkerConfig
    backend: BackendClient
    links: ObjectLinks
    transcribers: Transcribers
    is_stopping: Callable[[], bool]

    def run_job(self, job_id: UUID) -> None:
        """
        Claim the job, do it and report it.

        Idempotent: a wake-up for a job that is taken or over does nothing. When the backend stays away the
        lease lapses there and somebody does the job again.
        """
        if self.is_stopping():
            return  # without a claim no attempt is used up; the backend wakes somebody again
        try:
            claimed = self.backend.claim(job_id)
        except JobNotClaimable:
            _LOGGER.info("job %s is taken or over", job_id)
            return
        session = self.backend.session(claimed)
        try:
            self._work(session, claimed)
        except LeaseLost:
            _LOGGER.warning("job %s attempt %s: a newer attempt has it", job_id, claimed.attempt)
        except Unreachable as error:
            _LOGGER.warning("job %s attempt %s is left to its lease: %s", job_id, claimed.attempt, error)

    def _work(self, session: JobSession, claimed: ClaimedJob) -> None:
        try:
            with LeaseKeeper(session, is_stopping=self.is_stopping) as keeper:
                with private_directory(self.config.work_dir) as directory:
                    result = self._do(session, claimed, keeper, directory)
                session.report_result(result)
        except JobFailed as failed:
            _LOGGER.warning("job %s attempt %s: %s", claimed.job_id, claimed.attempt, failed)
            session.report_failure(failed.failure)
        except WorkerStopping:
            session.report_failure(_STOPPED, retry=_ONE_TRY)
        except (LeaseLost, Unreachable):
            raise
        except Exception:  # the last line of defence: an unexpected fault must not look like a lost worker
            _LOGGER.exception("job %s attempt %s broke", claimed.job_id, claimed.attempt)
            session.report_failure(_OUR_FAULT)

    def _do(
        self, session: JobSession, claimed: ClaimedJob, keeper: LeaseKeeper, directory: Path
    ) -> RenderResult | TranscribeResult:
        match claimed.kind:
            case JobKind.RENDER:
                return render_clip(
                    claimed=claimed, directory=directory, session=session, links=self.links, keeper=keeper
                )
            case JobKind.TRANSCRIBE:
                return transcribe_clip(
                    claimed=claimed,
                    directory=directory,
                    links=self.links,
                    keeper=keeper,
                    transcribers=self.transcribers,
                )
