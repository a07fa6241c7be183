"""The transcription job: from the speech WAV of a render to captions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from api_schema.media_jobs import (
    ClaimedJob,
    FailureCode,
    Progress,
    SpeechHints,
    SpeechOutcome,
    TimedCue,
    TranscribeResult,
    Word,
)
from media_worker.captions import make_cues, whole_cues
from media_worker.failures import JobFailed
from media_worker.lease import LeaseKeeper
from media_worker.object_links import ObjectLinks
from media_worker.speech.choice import Transcribers
from media_worker.speech.engine import Heard, Recording, SpeechEngine
from media_worker.speech.spoken_codes import write_codes
from media_worker.speech.voice_activity import find_speech

_SPEECH = "speech.wav"
# Who opens the clip first reads along while the rest is still heard. A stretch of speech lasts 15 s at most, so the
# first one to end after this holds about the first 15 s.
_FIRST_CAPTIONS_MS = 12_000
_MORE_CAPTIONS_MS = 15_000
_LEAST_CONFIDENCE = 0.25  # on average: below it an engine guesses at noise


def transcribe_clip(
    *, claimed: ClaimedJob, directory: Path, links: ObjectLinks, keeper: LeaseKeeper, transcribers: Transcribers
) -> TranscribeResult:
    """
    Return the clip's captions, or that nobody speaks in it.

    :raises JobFailed: see `transcribe`.
    :raises LeaseLost, WorkerStopping: as `LeaseKeeper.check` says.
    """
    wav = directory / _SPEECH
    links.download(claimed.source_url, wav, size_bytes=claimed.source_bytes, check=keeper.check)
    return transcribe(wav, hints=claimed.speech, engine=transcribers.engine(), keeper=keeper)


def transcribe(wav: Path, *, hints: SpeechHints, engine: SpeechEngine, keeper: LeaseKeeper) -> TranscribeResult:
    """
    Return what is said in a 16 kHz mono WAV.

    The engine asks the keeper often; it is told how far we are, and the captions so far long before the last ones.

    :raises JobFailed: the engine does not know the language; wrong words would be worse than none.
    """
    if not engine.supports(hints.language):
        raise JobFailed(FailureCode.UNKNOWN_LANGUAGE, "There are no captions for this language yet.")
    transcript = _Transcript(hints, engine.name)
    spans = find_speech(wav)
    if spans:
        _follow(engine.hear(Recording(wav=wav, spans=spans), hints, keeper.check), transcript, keeper, spans[-1].end_ms)
    return transcript.result()


class _Transcript:
    """The words heard so far, and what can be told of them."""

    def __init__(self, hints: SpeechHints, engine_name: str) -> None:
        self._hints = hints
        self._engine_name = engine_name
        self._heard: list[Word] = []

    def add(self, words: tuple[Word, ...]) -> None:
        self._heard += words

    def result(self, until_ms: int | None = None) -> TranscribeResult:
        """Return the captions; with `until_ms`, up to which all words are known, only those that are whole by then."""
        words = write_codes(self._heard, self._hints.vocabulary)
        if not words or _mean_confidence(words) < _LEAST_CONFIDENCE:
            return self._told(SpeechOutcome.NO_SPEECH, ())
        return self._told(
            SpeechOutcome.SPEECH, make_cues(words) if until_ms is None else whole_cues(words, until_ms=until_ms)
        )

    def _told(self, outcome: SpeechOutcome, cues: tuple[TimedCue, ...]) -> TranscribeResult:
        return TranscribeResult(outcome=outcome, engine=self._engine_name, language=self._hints.language, cues=cues)


def _follow(heard: Iterable[Heard], transcript: _Transcript, keeper: LeaseKeeper, end_ms: int) -> None:
    tell_from_ms = _FIRST_CAPTIONS_MS
    for stretch in heard:
        transcript.add(stretch.words)
        keeper.percent = min(99, stretch.until_ms * 100 // max(1, end_ms))
        if tell_from_ms <= stretch.until_ms < end_ms:
            so_far = transcript.result(stretch.until_ms)
            if so_far.cues:
                keeper.report(Progress(percent=keeper.percent, transcript=so_far))
                tell_from_ms = stretch.until_ms + _MORE_CAPTIONS_MS


def _mean_confidence(words: list[Word]) -> float:
    return sum(word.confidence for word in words) / len(words)
