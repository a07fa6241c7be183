"""Captions as WebVTT. Source: W3C WebVTT, section 4."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Final

DOUBTFUL_BELOW: Final = 0.5  # confidence
LINE_LETTERS: Final = 42  # what broadcasters publish for Latin script, as in the media worker's captions
LINES: Final = 2


@dataclass(frozen=True)
class Caption:
    """`words`: each word of `text` with its confidence; where there are none, the whole caption has the same."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float  # 0..1
    words: Sequence[tuple[str, float]] = ()


# A line is its words, each with whether it is doubtful.
Line = list[tuple[str, bool]]


def render_webvtt(captions: Iterable[Caption]) -> str:
    """
    Return a WebVTT document. Doubtful words are in the class `doubtful`, which a player may style.

    A text of more lines than can be read at once, which people write, is shown two lines after two.
    """
    return "\n".join(["WEBVTT\n", *(block for caption in captions for block in _blocks(caption))])


def _blocks(caption: Caption) -> Iterator[str]:
    lines = _lines(caption)
    screens = [lines[first : first + LINES] for first in range(0, len(lines), LINES)]
    for (start_ms, end_ms), screen in zip(_spans(caption, screens), screens, strict=True):
        payload = "\n".join(_marked(line) for line in screen)
        yield f"{_timestamp(start_ms)} --> {_timestamp(end_ms)}\n{payload}\n"


def _spans(caption: Caption, screens: list[list[Line]]) -> list[tuple[int, int]]:
    """Return when each screen is shown: for as long as its share of the letters."""
    letters = [sum(len(word) for line in screen for word, _ in line) for screen in screens]
    lasts_ms = caption.end_ms - caption.start_ms
    shares = [lasts_ms * so_far // max(sum(letters), 1) for so_far in accumulate(letters, initial=0)]
    return list(pairwise(caption.start_ms + share for share in shares))


def _lines(caption: Caption) -> list[Line]:
    texts = _wrapped(caption.text)
    doubts = iter(_doubts(caption, [word for text in texts for word in text.split()]))
    return [[(word, next(doubts)) for word in text.split()] for text in texts]


def _wrapped(text: str) -> list[str]:
    # An empty line would end the cue.
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(len(line) > LINE_LETTERS for line in lines):
        return textwrap.wrap(" ".join(lines), LINE_LETTERS, break_long_words=False, break_on_hyphens=False)
    return lines


def _doubts(caption: Caption, texts: list[str]) -> list[bool]:
    if [word for word, _ in caption.words] == texts:
        return [confidence < DOUBTFUL_BELOW for _, confidence in caption.words]
    return [caption.confidence < DOUBTFUL_BELOW] * len(texts)


def _marked(line: Line) -> str:
    runs = [(doubtful, " ".join(word for word, _ in run)) for doubtful, run in groupby(line, key=lambda word: word[1])]
    return " ".join(f"<c.doubtful>{_escaped(text)}</c>" if doubtful else _escaped(text) for doubtful, text in runs)


def _escaped(text: str) -> str:
    # `<` and `&` would be read as markup, `-->` as times.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _timestamp(at_ms: int) -> str:
    minutes, rest_ms = divmod(at_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest_ms // 1000:02d}.{rest_ms % 1000:03d}"
