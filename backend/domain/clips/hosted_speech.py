"""
Transcription by a hosted service in place of a media worker: the same job row, lease, attempts and checks.

The service is asked every few seconds how far it is. What it says is checked like a worker's report.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from django.utils.crypto import salted_hmac

from api_schema.media_jobs import (
    Failure,
    FailureCode,
    JobKind,
    Progress,
    SpeechOutcome,
    TranscribeResult,
    Word,
)
from backend.domain import tenancy
from backend.domain.clips.artefacts import artefacts_of
from backend.domain.clips.attempts import attempt_prefix
from backend.domain.clips.hosted_cues import make_cues
from backend.domain.clips.jobs import SWEEP_BATCH, JobNotClaimable, LeaseLost, claim_job
from backend.domain.clips.models import MediaJob
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.report_checks import ResultRefused
from backend.domain.clips.results import record_failure, record_progress, record_transcript
from backend.domain.clips.states import ArtefactKind, JobStatus

LONGEST: Final = timedelta(hours=1)
_WHY_ACROSS: Final = "one service transcribes for every organisation; the job's row says which one it is"


class HostedState(StrEnum):
    UNKNOWN = "unknown"  # never started
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SpeechUnavailable(Exception):
    """The service does not answer, or refuses; the same call may succeed later."""


class LanguageUnknown(Exception):
    """The service does not know this language."""


class HostedSpeech(Protocol):
    """A service that reads from and writes to our object store."""

    name: str

    def start(self, *, name: str, speech_key: str, output_key: str, language: str) -> None:
        """
        Have the sound at `speech_key` transcribed into `output_key`. Idempotent by `name`.

        :raises LanguageUnknown, SpeechUnavailable: see there.
        """

    def look(self, name: str) -> HostedState:
        """Return how far the transcription is. :raises SpeechUnavailable: see there."""

    def read(self, output_key: str) -> tuple[Word, ...]:
        """Return the words of a finished transcription. :raises SpeechUnavailable: see there."""


def advance_transcriptions(*, speech: HostedSpeech, store: ObjectStore, now: datetime) -> int:
    """
    Start what is queued, ask about what runs, write what is done. Return how many jobs were looked at.

    Transaction: each step opens its own. Idempotent; may run in several processes at once.
    """
    jobs = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).filter(kind=JobKind.TRANSCRIBE)
    queued = jobs.filter(status=JobStatus.QUEUED, woken_at__lte=now)
    running = jobs.filter(status=JobStatus.RUNNING, worker=speech.name)
    found = list((queued | running).select_related("clip__author").order_by("queued_at")[:SWEEP_BATCH])
    for job in found:
        try:
            _Transcription(job, speech, store, now).advance()
        except (JobNotClaimable, LeaseLost):
            continue  # another process was quicker
    return len(found)


class _Transcription:
    """One job, as far as it is at `now`."""

    def __init__(self, job: MediaJob, speech: HostedSpeech, store: ObjectStore, now: datetime) -> None:
        self._job, self._speech, self._store, self._now = job, speech, store, now
        self._token = _token_of(job.id)

    def advance(self) -> None:
        if self._job.status == JobStatus.QUEUED:
            claim_job(
                job_id=self._job.id, worker=self._speech.name, store=self._store, now=self._now, token=self._token
            )
            self._job.refresh_from_db(fields=["status", "attempts", "token_hash"])
        try:
            self._step()
        except LanguageUnknown:
            self._fail(FailureCode.UNKNOWN_LANGUAGE, "There are no captions for this language yet.")
        except ResultRefused:
            self._fail(FailureCode.WORKER_ERROR, "The transcription cannot be of this clip; it is tried again.")
        except SpeechUnavailable:
            self._fail(FailureCode.WORKER_ERROR, "The transcription service does not answer; it is tried again.")

    def _step(self) -> None:
        if self._now - self._job.queued_at > LONGEST:
            self._fail(FailureCode.TIMED_OUT, "The transcription took too long.")
            return
        match self._speech.look(self._name):
            case HostedState.UNKNOWN:
                self._start()
            case HostedState.RUNNING:
                self._renew()
            case HostedState.FAILED:
                self._fail(FailureCode.WORKER_ERROR, "The transcription service could not do it; it is tried again.")
            case HostedState.DONE:
                self._record()

    @property
    def _name(self) -> str:
        return f"cuppa-{self._job.id}-{self._job.attempts}"

    @property
    def _output_key(self) -> str:
        return f"{attempt_prefix(self._job)}{self._job.attempts}.json"

    @property
    def _language(self) -> str:
        return self._job.clip.author.language

    def _start(self) -> None:
        sound = artefacts_of(self._job.clip, {ArtefactKind.SPEECH}).get()
        self._speech.start(
            name=self._name, speech_key=sound.object_key, output_key=self._output_key, language=self._language
        )
        self._renew()

    def _renew(self) -> None:
        record_progress(job_id=self._job.id, token=self._token, progress=Progress(0), store=self._store, now=self._now)

    def _record(self) -> None:
        cues = tuple(make_cues(self._speech.read(self._output_key)))
        outcome = SpeechOutcome.SPEECH if cues else SpeechOutcome.NO_SPEECH
        result = TranscribeResult(outcome, engine=self._speech.name, language=self._language, cues=cues)
        record_transcript(job_id=self._job.id, token=self._token, result=result, now=self._now)
        self._store.delete(self._output_key)

    def _fail(self, code: FailureCode, detail: str) -> None:
        record_failure(job_id=self._job.id, token=self._token, failure=Failure(code, detail), now=self._now)


def _token_of(job_id: UUID) -> str:
    """Return the token of our own attempts: made anew at each look, known to nobody else."""
    return salted_hmac("cuppa.hosted-speech", str(job_id), algorithm="sha256").hexdigest()
