"""
Captions from the words of a hosted service.

Only their bounds are chosen here; breaking a text into lines and screens is left to whoever shows it (`webvtt`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from api_schema.media_jobs import TimedCue, Word

_MOST_LETTERS: Final = 84  # two lines
_LONGEST_MS: Final = 7_000
_PAUSE_MS: Final = 600  # a pause this long ends a thought
_SENTENCE_ENDS: Final = (".", "?", "!")


def make_cues(words: Sequence[Word]) -> Iterator[TimedCue]:
    """Yield captions of these words: one a sentence, cut where it grows too long or the speaker pauses."""
    group: list[Word] = []
    for word in words:
        if group and not _belongs(group, word):
            yield _cue(group)
            group = []
        group.append(word)
    if group:
        yield _cue(group)


def _belongs(group: list[Word], word: Word) -> bool:
    letters = sum(len(one.text) + 1 for one in group) + len(word.text)
    goes_on = not group[-1].text.endswith(_SENTENCE_ENDS) and word.start_ms - group[-1].end_ms < _PAUSE_MS
    return goes_on and letters <= _MOST_LETTERS and word.end_ms - group[0].start_ms <= _LONGEST_MS


def _cue(group: list[Word]) -> TimedCue:
    confidence = sum(word.confidence for word in group) / len(group)
    text = " ".join(word.text for word in group)
    return TimedCue(group[0].start_ms, group[-1].end_ms, text, round(confidence, 3), tuple(group))
