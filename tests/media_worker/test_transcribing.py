"""Captions so far: who opens a clip reads its beginning while the rest is still heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api_schema.media_jobs import JobKind, Progress, SpeechHints, SpeechOutcome, TranscribeResult, Word
from media_worker.job import Worker
from media_worker.lease import LeaseKeeper
from media_worker.speech.engine import Check, Heard, Recording
from media_worker.transcribe import transcribe
from tests.media_worker import footage
from tests.media_worker.fake_backend import ENGLISH, FakeBackend, Job

DEMO_CLIPS = Path(__file__).parents[2] / "backend" / "demo" / "clips"


class Reader:
    """An engine that hears what it is given, whatever the sound."""

    name = "reader"

    def __init__(self, *stretches: Heard) -> None:
        self._stretches = stretches

    def supports(self, language: str) -> bool:
        return True

    def hear(self, recording: Recording, hints: SpeechHints, check: Check) -> Iterator[Heard]:
        yield from self._stretches


def stretch(text: str, *, start_ms: int, until_ms: int, confidence: float = 0.9) -> Heard:
    words = tuple(
        Word(text=word, start_ms=start_ms + place * 400, end_ms=start_ms + place * 400 + 400, confidence=confidence)
        for place, word in enumerate(text.split())
    )
    return Heard(words, until_ms)


@pytest.fixture(scope="module")
def long_wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-four seconds in which somebody speaks."""
    wav = tmp_path_factory.mktemp("speech") / "try.wav"
    footage.run_ffmpeg("-i", DEMO_CLIPS / "try.mp4", "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le", wav)
    return wav


def told_early(backend: FakeBackend, worker: Worker, wav: Path, engine: Reader) -> tuple[list[Progress], Job]:
    """Return the reports that carried captions while the engine read, and the job."""
    job = backend.add(Job(kind=JobKind.TRANSCRIBE, source=b"", lease_s=600))
    session = worker.backend.session(worker.backend.claim(job.job_id))
    with LeaseKeeper(session, is_stopping=lambda: False) as keeper:
        session.report_result(transcribe(wav, hints=ENGLISH, engine=engine, keeper=keeper))
    return [progress for progress in job.progress if progress.transcript is not None], job


def texts(transcript: TranscribeResult | None) -> list[str]:
    assert transcript is not None
    return [cue.text for cue in transcript.cues]


class TestTranscribe:
    @pytest.mark.slow
    def test_tells_the_captions_of_the_first_seconds_before_the_rest(
        self, worker: Worker, backend: FakeBackend, long_wav: Path
    ) -> None:
        job = backend.add(Job(kind=JobKind.TRANSCRIBE, source=long_wav.read_bytes()))

        worker.run_job(job.job_id)

        assert isinstance(job.result, TranscribeResult)
        early = [progress.transcript for progress in job.progress if progress.transcript is not None]
        assert len(early) == 1
        assert early[0].outcome is SpeechOutcome.SPEECH
        assert 10_000 <= early[0].cues[-1].end_ms <= 18_000
        assert early[0].cues[:-1] == job.result.cues[: len(early[0].cues) - 1]

    def test_tells_more_after_each_quarter_of_a_minute(
        self, worker: Worker, backend: FakeBackend, long_wav: Path, tmp_path: Path
    ) -> None:
        footage.run_ffmpeg("-stream_loop", "1", "-i", long_wav, tmp_path / "48s.wav")
        words = [stretch(f"word{n}", start_ms=n * 1_000, until_ms=(n + 1) * 1_000) for n in range(48)]

        early, job = told_early(backend, worker, tmp_path / "48s.wav", Reader(*words))

        assert [len(texts(progress.transcript)) for progress in early] == [12, 27, 42]
        assert isinstance(job.result, TranscribeResult)
        assert len(job.result.cues) == 48

    def test_holds_back_a_caption_that_may_still_grow(
        self, worker: Worker, backend: FakeBackend, long_wav: Path
    ) -> None:
        begun = stretch("the pump runs", start_ms=0, until_ms=5_000)
        going_on = stretch("and then it", start_ms=11_000, until_ms=12_300)
        rest = stretch("stops", start_ms=12_300, until_ms=24_000)

        (early,), job = told_early(backend, worker, long_wav, Reader(begun, going_on, rest))

        assert texts(early.transcript) == ["the pump runs"]
        assert isinstance(job.result, TranscribeResult)
        assert texts(job.result) == ["the pump runs", "and then it stops"]

    def test_tells_nothing_early_of_what_sounds_like_noise(
        self, worker: Worker, backend: FakeBackend, long_wav: Path
    ) -> None:
        guessed = stretch("uh the a", start_ms=0, until_ms=15_000, confidence=0.1)

        early, job = told_early(backend, worker, long_wav, Reader(guessed))

        assert early == []
        assert isinstance(job.result, TranscribeResult)
        assert job.result.outcome is SpeechOutcome.NO_SPEECH

    def test_tells_a_short_clip_once(self, worker: Worker, backend: FakeBackend, long_wav: Path) -> None:
        whole = stretch("it works again", start_ms=0, until_ms=24_400)

        early, job = told_early(backend, worker, long_wav, Reader(whole))

        assert early == []
        assert isinstance(job.result, TranscribeResult)
        assert texts(job.result) == ["it works again"]
