"""Keeping a job's lease alive while its work goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from api_schema.media_jobs import Progress
from media_worker.backend_client import JobSession, LeaseLost, ReportRefused
from media_worker.failures import WorkerStopping
from media_worker.retries import Unreachable

_LOGGER = logging.getLogger(__name__)
_BEATS_PER_LEASE = 4  # the contract asks for three; one may be late


class LeaseKeeper:
    """
    Renews the lease from a thread of its own, and tells the work when it has to stop.

    The work calls `check` often; a lost lease or a stopping worker surfaces there, in the work's own thread.
    """

    def __init__(self, session: JobSession, *, is_stopping: Callable[[], bool]) -> None:
        self._session = session
        self._is_stopping = is_stopping
        self._lost = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)
        self.percent = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not joined: a beat may be waiting for a backend that is away, and has nothing more to change here.
        self._over.set()

    def check(self) -> None:
        """
        Return quietly while the job is ours.

        :raises LeaseLost: a newer attempt has the job.
        :raises WorkerStopping: the worker was asked to stop.
        """
        if self._lost.is_set():
            raise LeaseLost("the lease was lost while the work went on")
        if self._is_stopping():
            raise WorkerStopping("the worker is stopping")

    def report(self, progress: Progress) -> None:
        """Tell the backend what is new; `percent` is remembered for the beats between reports."""
        self.percent = progress.percent
        self._session.report_progress(progress)

    def _beat(self) -> None:
        interval_s = self._session.claimed.lease_s / _BEATS_PER_LEASE
        while not self._over.wait(interval_s):
            try:
                self._session.report_progress(Progress(percent=self.percent))
            except LeaseLost:
                self._lost.set()
                return
            except (Unreachable, ReportRefused) as problem:
                _LOGGER.warning("a lease was not renewed: %s", problem)
