"""Why a job ends without a result."""

from __future__ import annotations

from api_schema.media_jobs import Failure, FailureCode


class JobFailed(Exception):
    """
    The job cannot be done. `detail` is one sentence for the person who filmed: no paths, no addresses.

    Whether the job is tried again is decided by `code` (`api_schema.media_jobs.final_failures`).
    """

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    @property
    def failure(self) -> Failure:
        return Failure(code=self.code, detail=self.detail)


class WorkerStopping(Exception):
    """The worker was asked to stop; somebody else will do the job."""
