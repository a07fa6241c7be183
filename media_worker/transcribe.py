"""The transcription job: from the speech WAV of a render to captions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from api_schema.media_jobs import ClaimedJob, FailureCode, SpeechHints, SpeechOutcome, TranscribeResult, Word
from media_worker.captions import make_cues
from media_worker.failures import JobFailed
from media_worker.lease import LeaseKeeper
from media_worker.object_links import ObjectLinks
from media_worker.speech.choice import Transcribers
from media_worker.speech.engine import Recording, SpeechEngine
from media_worker.speech.spoken_codes import write_codes
from media_worker.speech.voice_activity import find_speech

_SPEECH = "speech.wav"
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
    Return what is said in a 16 kHz mono WAV. The engine asks the keeper often, and it is told how far we are.

    :raises JobFailed: the engine does not know the language; wrong words would be worse than none.
    """
    if not engine.supports(hints.language):
        raise JobFailed(FailureCode.UNKNOWN_LANGUAGE, "There are no captions for this language yet.")
    spans = find_speech(wav)
    words: list[Word] = []
    if spans:
        heard = engine.hear(Recording(wav=wav, spans=spans), hints, keeper.check)
        words = write_codes(_followed(heard, keeper, until_ms=spans[-1].end_ms), hints.vocabulary)
    if not words or _mean_confidence(words) < _LEAST_CONFIDENCE:
        return TranscribeResult(outcome=SpeechOutcome.NO_SPEECH, engine=engine.name, language=hints.language)
    return TranscribeResult(
        outcome=SpeechOutcome.SPEECH, engine=engine.name, language=hints.language, cues=make_cues(words)
    )


def _followed(words: Iterable[Word], keeper: LeaseKeeper, *, until_ms: int) -> Iterator[Word]:
    for word in words:
        keeper.percent = min(99, word.end_ms * 100 // max(1, until_ms))
        yield word


def _mean_confidence(words: list[Word]) -> float:
    return sum(word.confidence for word in words) / len(words)
