"""What somebody says, in writing and in a clip, and which of it is hazardous."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.domain.clips.models import Cue
from backend.domain.hazards.finding import Found, find_hazards, stems_of
from backend.domain.hazards.kinds import HazardKind


@dataclass(frozen=True)
class Said:
    """What is examined: a text, and the captions of a clip in their order."""

    text: str
    cues: Sequence[Cue] = ()


def hazardous_words(said: Said, phrases: Mapping[HazardKind, Sequence[str]]) -> list[dict[str, Any]]:
    """Return the `words` of a caution for what was said, the written ones first; empty: nothing is hazardous."""
    written = [_word(found, start=found.start, end=found.end) for found in find_hazards(said.text, phrases)]
    spoken, begins = _joined(said.cues)
    return written + [_heard(found, said.cues, begins) for found in find_hazards(spoken, phrases)]


def _joined(cues: Sequence[Cue]) -> tuple[str, list[int]]:
    """Return the words of the cues as one text, for a phrase may be cut by two of them, and where each begins in it."""
    begins, length = [], 0
    for cue in cues:
        begins.append(length)
        length += len(cue.text) + 1
    return " ".join(cue.text for cue in cues), begins


def _heard(found: Found, cues: Sequence[Cue], begins: Sequence[int]) -> dict[str, Any]:
    first, last = (cues[bisect_right(begins, place) - 1] for place in (found.start, found.end - 1))
    return _word(found, start_ms=first.start_ms, end_ms=last.end_ms)


def _word(found: Found, **place: int) -> dict[str, Any]:
    nowhere = dict.fromkeys(("start", "end", "start_ms", "end_ms"))
    return {"kind": found.kind.value, "said": found.said, "stems": " ".join(stems_of(found.said)), **nowhere, **place}
