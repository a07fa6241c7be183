"""What a transcript of a media worker may say, complete or so far. Pure, as `report_checks`."""

from __future__ import annotations

from typing import Final

from api_schema.media_jobs import SpeechOutcome, TimedCue, TranscribeResult, Word
from backend.domain.clips.report_checks import require

MAX_CUES: Final = 5_000
MAX_CUE_LETTERS: Final = 300
MAX_WORDS_A_CUE: Final = 100
MAX_SPOKEN_LETTERS: Final = 60  # "alpha charlie three hundred and fifty dash two" is a long way to say a code
LONGEST_CAPTION_MS: Final = 7_000  # the last one may be held beyond the end, for as long as it takes to read


def check_transcript(result: TranscribeResult, *, duration_ms: int) -> None:
    """Raise `ResultRefused` unless the cues are in order, within the clip and bounded."""
    require((result.outcome is SpeechOutcome.SPEECH) == bool(result.cues), "Cues and outcome contradict each other.")
    require(0 < len(result.engine) <= 40 and 0 < len(result.language) <= 16, "Engine or language is missing.")
    require(is_plain_text(result.engine + result.language), "Engine or language is no plain text.")
    require(len(result.cues) <= MAX_CUES, "There are too many cues.")
    end_ms = duration_ms + LONGEST_CAPTION_MS
    starts = [cue.start_ms for cue in result.cues]
    require(starts == sorted(starts), "The cues are not in order.")
    for cue in result.cues:
        _check_cue(cue, end_ms=end_ms)


def _check_cue(cue: TimedCue, *, end_ms: int) -> None:
    require(0 < len(cue.text.strip()) <= MAX_CUE_LETTERS, "A cue is empty or too long.")
    require(is_plain_text(cue.text.replace("\n", " ")), "A cue is no plain text.")
    require(len(cue.words) <= MAX_WORDS_A_CUE, "A cue has too many words.")
    _check_times(cue, end_ms=end_ms)
    for word in cue.words:
        _check_times(word, end_ms=end_ms)
        require(0 < len(word.text) <= MAX_CUE_LETTERS and is_plain_text(word.text), "A word is no plain text.")
        is_sayable = len(word.spoken) <= MAX_SPOKEN_LETTERS and is_plain_text(word.spoken)
        require(is_sayable, "What was said for a word is no plain text, or too long.")


def _check_times(timed: TimedCue | Word, *, end_ms: int) -> None:
    require(0 <= timed.start_ms <= timed.end_ms <= end_ms, "A cue or word lies outside of the clip.")
    require(0.0 <= timed.confidence <= 1.0, "A confidence is not between 0 and 1.")


def is_plain_text(text: str) -> bool:
    """Return whether `text` is free of control characters (PostgreSQL refuses NUL, players the others)."""
    return text.isprintable()
