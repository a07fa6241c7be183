"""Cut what somebody said while they worked into steps, each with the moment that shows it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from backend.domain.clips.models import Cue
from backend.domain.howtos.content import StepContent

# A recogniser without punctuation leaves only pauses to cut at; people breathe for about half a second. In the demo's
# try the pauses between sentences are 770 to 910 ms (measured).
PAUSE_MS = 700
# "Lovely." is no step of its own.
MIN_WORDS = 4
# A step that runs on is cut at the next caption.
MAX_STEP_MS = 25_000

_SENTENCE_END = re.compile(r"[.!?][\"')]*$")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class _Spoken:
    word: str
    start_ms: int
    end_ms: int
    ends_cue: bool


def steps_from_cues(clip_id: UUID, cues: Iterable[Cue]) -> tuple[StepContent, ...]:
    """Return the steps spoken in one clip: sentences, or what lies between pauses; every word as it was recognised."""
    phrases = _joined(_phrases([spoken for cue in cues for spoken in _spoken(cue)]))
    return tuple(_step(clip_id, phrase) for phrase in phrases)


def steps_from_text(text: str) -> tuple[StepContent, ...]:
    """Return the sentences of a written text as steps without a moment."""
    sentences = (sentence.strip() for sentence in _BETWEEN_SENTENCES.split(text))
    return tuple(StepContent(sentence) for sentence in sentences if sentence)


def _step(clip_id: UUID, phrase: list[_Spoken]) -> StepContent:
    start_ms = phrase[0].start_ms
    end_ms = max(phrase[-1].end_ms, start_ms + 1)  # a recogniser may give a lone word no length
    return StepContent(" ".join(spoken.word for spoken in phrase), clip_id, start_ms, end_ms)


def _spoken(cue: Cue) -> list[_Spoken]:
    """Return the cue's words with their times: the recogniser's own, or evenly spread if the text was corrected."""
    texts = cue.text.split()
    if [word["text"] for word in cue.words] == texts:
        times = [(word["start_ms"], word["end_ms"]) for word in cue.words]
    else:
        share = (cue.end_ms - cue.start_ms) / max(len(texts), 1)
        edges = [cue.start_ms + round(share * index) for index in range(len(texts) + 1)]
        times = list(itertools.pairwise(edges))
    last = len(texts) - 1
    return [_Spoken(text, *time, index == last) for index, (text, time) in enumerate(zip(texts, times, strict=True))]


def _phrases(words: list[_Spoken]) -> list[list[_Spoken]]:
    phrases: list[list[_Spoken]] = [[]]
    for index, spoken in enumerate(words):
        phrases[-1].append(spoken)
        following = words[index + 1] if index + 1 < len(words) else None
        if following and _ends_step(phrases[-1], following):
            phrases.append([])
    return [phrase for phrase in phrases if phrase]


def _ends_step(phrase: list[_Spoken], following: _Spoken) -> bool:
    last = phrase[-1]
    is_long = last.ends_cue and last.end_ms - phrase[0].start_ms >= MAX_STEP_MS
    return bool(_SENTENCE_END.search(last.word)) or following.start_ms - last.end_ms >= PAUSE_MS or is_long


def _joined(phrases: list[list[_Spoken]]) -> list[list[_Spoken]]:
    """Return the phrases with those too short for a step put to the one before, or to the second if first."""
    joined: list[list[_Spoken]] = []
    for phrase in phrases:
        if joined and (len(phrase) < MIN_WORDS or len(joined[-1]) < MIN_WORDS):
            joined[-1] = joined[-1] + phrase
        else:
            joined.append(phrase)
    return joined
