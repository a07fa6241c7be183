"""
Words as captions that can be read: at most two lines of 42 characters, 1–7 s, at most 20 characters a second.

Source: the limits that broadcasters and streaming services publish for adult programmes in Latin script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from api_schema.media_jobs import TimedCue, Word

_LINE_LETTERS = 42
_LINES = 2
_LONGEST_MS = 7_000
_SHORTEST_MS = 1_000
_LETTERS_PER_S = 20
_SENTENCE_PAUSE_MS = 600  # a pause this long ends a thought


def make_cues(words: Iterable[Word]) -> tuple[TimedCue, ...]:
    """Return cues that hold every word, in order and without overlap."""
    groups = list(_group(list(words)))
    next_starts_ms = [group[0].start_ms for group in groups[1:]]
    return tuple(_cue(group, next_start_ms) for group, next_start_ms in zip_longest(groups, next_starts_ms))


def whole_cues(words: Sequence[Word], *, until_ms: int) -> tuple[TimedCue, ...]:
    """Return the cues that no word said from `until_ms` on can change: all, or all but the last."""
    cues = make_cues(words)
    may_grow = bool(words) and until_ms - words[-1].end_ms < _SENTENCE_PAUSE_MS
    return cues[:-1] if may_grow else cues


def _group(words: list[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and (_is_pause(group[-1], word) or not _fits([*group, word])):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _is_pause(before: Word, after: Word) -> bool:
    return after.start_ms - before.end_ms >= _SENTENCE_PAUSE_MS


def _fits(words: list[Word]) -> bool:
    within_time = words[-1].end_ms - words[0].start_ms <= _LONGEST_MS
    return within_time and len(_lines(words)) <= _LINES


def _lines(words: list[Word]) -> list[str]:
    """Return the words broken into lines; a single word that is longer than a line keeps a line to itself."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word.text) <= _LINE_LETTERS:
            lines[-1] += f" {word.text}"
        else:
            lines.append(word.text)
    return lines


def _cue(words: list[Word], next_start_ms: int | None) -> TimedCue:
    text = "\n".join(_lines(words))
    start_ms = words[0].start_ms
    # Held for as long as it takes to read, as far as the next caption leaves room.
    readable_ms = max(_SHORTEST_MS, len(text) * 1000 // _LETTERS_PER_S)
    end_ms = max(words[-1].end_ms, start_ms + min(readable_ms, _LONGEST_MS))
    if next_start_ms is not None:
        end_ms = max(start_ms + 1, min(end_ms, next_start_ms))
    confidence = sum(word.confidence for word in words) / len(words)
    return TimedCue(start_ms=start_ms, end_ms=end_ms, text=text, confidence=round(confidence, 3), words=tuple(words))
