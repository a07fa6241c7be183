"""When each word of a corrected caption is spoken: as the recogniser timed it, or evenly between its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final

# As `api_schema.media_jobs.Word` on the wire: {text, start_ms, end_ms, confidence, spoken}.
StoredWord = dict[str, Any]

_AROUND_A_WORD: Final = ".,;:!?…\"'“”‘’()[]"


def bare(word: str) -> str:
    """Return `word` without the punctuation around it, for comparing."""
    return word.strip(_AROUND_A_WORD)


def time_words(text: str, *, heard: Sequence[StoredWord], start_ms: int, end_ms: int) -> list[StoredWord]:
    """
    Return the words of `text`, which a person wrote, with their times. A person is sure: each confidence is 1.

    `heard` are the timed words of the text before, between `start_ms` and `end_ms`. Words that are still there
    keep their times, and what was said where only their written form is there; new ones share the gap evenly.
    """
    texts = text.split()
    before = [bare(word["text"]).casefold() for word in heard]
    after = [bare(word).casefold() for word in texts]
    ends_ms = [start_ms, *(word["end_ms"] for word in heard)]
    starts_ms = [*(word["start_ms"] for word in heard), end_ms]
    timed: list[StoredWord] = []
    for same, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if same == "equal":
            timed += [_kept(word, text) for word, text in zip(heard[i1:i2], texts[j1:j2], strict=True)]
        elif i1 < i2:
            timed += _spread(texts[j1:j2], heard[i1]["start_ms"], heard[i2 - 1]["end_ms"])
        else:
            timed += _spread(texts[j1:j2], ends_ms[i1], starts_ms[i1])
    return timed


def _kept(word: StoredWord, text: str) -> StoredWord:
    return {**word, "text": text, "confidence": 1.0}


def _spread(texts: Sequence[str], start_ms: int, end_ms: int) -> list[StoredWord]:
    share_ms = max(end_ms - start_ms, 0) / max(len(texts), 1)
    return [
        {
            "text": text,
            "start_ms": start_ms + round(share_ms * index),
            "end_ms": start_ms + round(share_ms * (index + 1)),
            "confidence": 1.0,
            "spoken": "",
        }
        for index, text in enumerate(texts)
    ]
