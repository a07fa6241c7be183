"""
What of a new transcript is shown beside the captions that people corrected. Pure.

A correction is anchored in time: it covers the span of the words it was made of. A recogniser that runs again
cuts its captions elsewhere, so they are taken apart: words inside of a corrected span go, the others stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from api_schema.media_jobs import TimedCue, Word
from backend.domain.clips.models import Cue

# From where to where in the clip, in ms.
Span = tuple[int, int]


def leave_out_corrected(heard: Sequence[TimedCue], corrected: Sequence[Cue]) -> list[TimedCue]:
    """Return the cues of `heard` without what was said during a corrected cue, in order."""
    spans = sorted(_spoken_span(cue) for cue in corrected)
    return [part for cue in heard for part in _parts(cue, [span for span in spans if _overlap(cue, span)])]


def _spoken_span(cue: Cue) -> Span:
    # A caption is held beyond its last word for as long as it takes to read: the next words may be said meanwhile.
    if not cue.words:
        return cue.start_ms, cue.end_ms
    return min(word["start_ms"] for word in cue.words), max(word["end_ms"] for word in cue.words)


def _overlap(timed: TimedCue | Word, span: Span) -> bool:
    return timed.start_ms < span[1] and span[0] < timed.end_ms


def _parts(cue: TimedCue, spans: Sequence[Span]) -> Iterable[TimedCue]:
    """Yield what is left of a cue between the spans; nothing of a cue whose words have no times."""
    if not spans:
        yield cue
        return
    for is_covered, words in groupby(cue.words, key=lambda word: any(_covers(span, word) for span in spans)):
        if not is_covered:
            yield _part(cue, tuple(words), spans)


def _covers(span: Span, word: Word) -> bool:
    return span[0] <= (word.start_ms + word.end_ms) // 2 < span[1]


def _part(cue: TimedCue, words: tuple[Word, ...], spans: Sequence[Span]) -> TimedCue:
    start_ms = words[0].start_ms
    following = [span[0] for span in spans if span[0] >= start_ms]
    confidence = round(sum(word.confidence for word in words) / len(words), 3)
    end_ms = min([cue.end_ms, *following])
    text = " ".join(word.text for word in words)
    return replace(cue, start_ms=start_ms, end_ms=end_ms, text=text, confidence=confidence, words=words)
