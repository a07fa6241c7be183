"""
Words as captions that can be read: at most two lines of 42 characters, 1–7 s, at most 20 characters a second.

Source: the limits that broadcasters and streaming services publish for adult programmes in Latin script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, zip_longest

from api_schema.media_jobs import TimedCue, Word

_LINE_LETTERS = 42
_LINES = 2
_LONGEST_MS = 7_000
_SHORTEST_MS = 1_000
_LETTERS_PER_S = 20
_SENTENCE_PAUSE_MS = 600  # a pause this long ends a thought, and a caption where the limits let it

# What a way of cutting costs. A limit that is passed, by however little, weighs more than any style.
_COST_BEYOND_LIMITS = 1_000.0
_COST_OF_A_CUE = 0.3  # few full captions are read with more ease than many short ones
_COST_OF_A_CUT_IN_SPEECH = 1.0
_COST_OF_A_PAUSE_INSIDE = 2.0


def make_cues(words: Iterable[Word]) -> tuple[TimedCue, ...]:
    """
    Return cues that hold every word, in order and without overlap.

    Where some way of cutting keeps all the limits, they are kept; what is said faster than it can be read, or a
    word that is longer than a line, passes them by as little as possible.
    """
    groups = _cut(list(words))
    next_starts_ms = [group[0].start_ms for group in groups[1:]]
    return tuple(_cue(group, next_start_ms) for group, next_start_ms in zip_longest(groups, next_starts_ms))


def whole_cues(words: Sequence[Word], *, until_ms: int) -> tuple[TimedCue, ...]:
    """Return the cues that no word said from `until_ms` on will be added to: all, or all but the last."""
    cues = make_cues(words)
    may_grow = bool(words) and until_ms - words[-1].end_ms < _SENTENCE_PAUSE_MS
    return cues[:-1] if may_grow else cues


def _cut(words: list[Word]) -> list[list[Word]]:
    """Return the words in the cheapest groups. Dynamic programming: the best way up to each word, from the first on."""
    best = [0.0] + [float("inf")] * len(words)
    came_from = [0] * (len(words) + 1)
    for first in range(len(words)):
        for after, cost in _costs_from(words, first):
            if best[first] + cost < best[after]:
                best[after], came_from[after] = best[first] + cost, first
    cuts = [len(words)]
    while cuts[-1]:
        cuts.append(came_from[cuts[-1]])
    return [words[first:after] for after, first in pairwise(cuts)][::-1]


def _costs_from(words: list[Word], first: int) -> Iterator[tuple[int, float]]:
    """Yield (place after its last word, cost) of each group that begins with the word at `first` and has two lines."""
    lines, column, letters, pauses_ms = 1, -1, -1, 0
    for place in range(first, len(words)):
        length = len(words[place].text)
        if column + 1 + length <= _LINE_LETTERS or column < 0:
            column += 1 + length
        else:
            lines, column = lines + 1, length
        if lines > _LINES:
            return
        letters += 1 + length
        if place > first:
            pauses_ms += _thought_pause_ms(words[place - 1], words[place])
        yield place + 1, _cost(words, first, place + 1, letters, pauses_ms)


def _cost(words: list[Word], first: int, after: int, letters: int, pauses_ms: int) -> float:
    start_ms, said_until_ms = words[first].start_ms, words[after - 1].end_ms
    next_start_ms = words[after].start_ms if after < len(words) else None
    shown_ms = _end_ms(start_ms, said_until_ms, letters, next_start_ms) - start_ms
    missing_ms = max(0, _readable_ms(letters) - shown_ms)
    beyond_ms = missing_ms + max(0, shown_ms - _LONGEST_MS)
    style = _COST_OF_A_CUE + _COST_OF_A_PAUSE_INSIDE * pauses_ms / _SENTENCE_PAUSE_MS
    if next_start_ms is not None:
        pause_ms = min(_SENTENCE_PAUSE_MS, max(0, next_start_ms - said_until_ms))
        style += _COST_OF_A_CUT_IN_SPEECH * (1 - pause_ms / _SENTENCE_PAUSE_MS)
    return style + (_COST_BEYOND_LIMITS + beyond_ms if beyond_ms else 0.0)


def _thought_pause_ms(before: Word, after: Word) -> int:
    pause_ms = after.start_ms - before.end_ms
    return pause_ms if pause_ms >= _SENTENCE_PAUSE_MS else 0


def _readable_ms(letters: int) -> int:
    """Return for how long a caption of so many characters has to be shown."""
    return max(_SHORTEST_MS, -(-letters * 1000 // _LETTERS_PER_S))


def _end_ms(start_ms: int, said_until_ms: int, letters: int, next_start_ms: int | None) -> int:
    """Return the end of a caption: held for as long as it takes to read, as far as the next one leaves room."""
    end_ms = max(said_until_ms, start_ms + min(_readable_ms(letters), _LONGEST_MS))
    return end_ms if next_start_ms is None else max(start_ms + 1, min(end_ms, next_start_ms))


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
    end_ms = _end_ms(start_ms, words[-1].end_ms, len(text), next_start_ms)
    confidence = sum(word.confidence for word in words) / len(words)
    return TimedCue(start_ms=start_ms, end_ms=end_ms, text=text, confidence=round(confidence, 3), words=tuple(words))
