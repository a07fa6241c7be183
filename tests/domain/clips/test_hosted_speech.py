from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from api_schema.media_jobs import JobKind, Word
from backend.domain import tenancy
from backend.domain.clips.hosted_speech import (
    HostedState,
    LanguageUnknown,
    SpeechUnavailable,
    advance_transcriptions,
)
from backend.domain.clips.jobs import requeue_lapsed_jobs
from backend.domain.clips.models import Clip, Cue
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import Worker, job_of, states_of, write_object

POLL = timedelta(seconds=5)


@dataclass
class Service:
    """A service that does as it is told, and is always a moment late."""

    name: str = "amazon-transcribe"
    states: list[HostedState] = field(
        default_factory=lambda: [HostedState.UNKNOWN, HostedState.RUNNING, HostedState.DONE]
    )
    words: tuple[Word, ...] = (Word("It", 500, 800, 0.99), Word("stops.", 800, 1_400, 0.9))
    refuses: Exception | None = None
    started: list[dict[str, str]] = field(default_factory=list)

    def start(self, **wanted: str) -> None:
        if self.refuses:
            raise self.refuses
        self.started.append(wanted)

    def look(self, name: str) -> HostedState:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def read(self, output_key: str) -> tuple[Word, ...]:
        return self.words


@pytest.fixture
def rendered(clip: Clip, worker: Worker, now: datetime) -> Clip:
    """A clip that waits for its captions only."""
    worker.render(now=now)
    return clip


def poll(service: Service, store: LocalStore, *, now: datetime, times: int) -> None:
    """Let the beat look at the service so many times."""
    for number in range(times):
        advance_transcriptions(speech=service, store=store, now=now + number * POLL)


class TestAdvanceTranscriptions:
    def test_brings_captions_from_the_service(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        service = Service()

        poll(service, store, now=now, times=3)

        (cue,) = tenancy.within_organisation(rendered.organisation_id, Cue).filter(clip=rendered)
        assert (cue.text, cue.start_ms, cue.end_ms, cue.engine) == ("It stops.", 500, 1_400, "amazon-transcribe")
        assert states_of(rendered)["captions"] == "ready"
        job = job_of(rendered, JobKind.TRANSCRIBE)
        assert (job.status, job.attempts, job.worker) == ("done", 1, "amazon-transcribe")
        (asked,) = service.started
        assert asked["name"] == f"cuppa-{job.id}-1"
        assert asked["speech_key"].endswith("/speech.wav")
        assert asked["language"] == "en"

    def test_leaves_no_transcript_in_the_store(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        service = Service()
        poll(service, store, now=now, times=1)
        output_key = service.started[0]["output_key"]
        write_object(store, output_key, 100)

        poll(service, store, now=now, times=2)

        assert store.head(output_key) is None

    def test_takes_silence_for_an_answer(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        poll(Service(words=()), store, now=now, times=3)

        assert states_of(rendered)["captions"] == "absent no_speech"

    def test_keeps_the_lease_while_the_service_works(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        service = Service(states=[HostedState.UNKNOWN, HostedState.RUNNING])

        poll(service, store, now=now, times=20)

        assert requeue_lapsed_jobs(now=now + 20 * POLL) == 0
        assert job_of(rendered, JobKind.TRANSCRIBE).attempts == 1

    def test_tries_a_service_that_is_away_three_times(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        service = Service(states=[HostedState.UNKNOWN], refuses=SpeechUnavailable("away"))

        for minute in range(5):
            poll(service, store, now=now + timedelta(minutes=minute), times=1)

        job = job_of(rendered, JobKind.TRANSCRIBE)
        assert (job.status, job.attempts, job.failure_code) == ("poison", 3, "worker_error")
        assert states_of(rendered)["captions"] == "failed worker_error"

    def test_says_when_there_is_no_such_language(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        poll(Service(refuses=LanguageUnknown("tlh")), store, now=now, times=1)

        assert states_of(rendered)["captions"] == "failed unknown_language"

    def test_believes_the_service_no_more_than_a_worker(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        nonsense = Service(words=(Word("It", 500, 10**12, 7.0),))

        poll(nonsense, store, now=now, times=3)

        job = job_of(rendered, JobKind.TRANSCRIBE)
        assert (job.status, job.attempts, job.failure_code) == ("queued", 1, "worker_error")

    def test_does_not_wait_for_ever(self, rendered: Clip, store: LocalStore, now: datetime) -> None:
        service = Service(states=[HostedState.UNKNOWN, HostedState.RUNNING])
        poll(service, store, now=now, times=1)

        poll(service, store, now=now + timedelta(minutes=61), times=1)

        assert job_of(rendered, JobKind.TRANSCRIBE).failure_code == "timed_out"

    def test_leaves_renders_to_the_workers(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        assert advance_transcriptions(speech=Service(), store=store, now=now) == 0

        assert job_of(clip).status == "queued"
