"""
Where in a thread's clips a question is answered, and whether search opened there.

FaultTalk marks no moments. The truth is made without anything of the product's ranking: of the captions of the right
thread the one that shares the most with the question, each shared stem weighing its rarity among all captions of the
file, the earliest of equals. There is none when they share nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bench.evaluate_search.baselines import rarity
from bench.evaluate_search.loading import Loaded
from bench.evaluate_search.stems import stems_of

WITHIN_MS = 5_000


@dataclass(frozen=True)
class Spot:
    """A place in a clip."""

    clip_id: UUID
    start_ms: int

    def is_near(self, other: Spot) -> bool:
        return self.clip_id == other.clip_id and abs(self.start_ms - other.start_ms) <= WITHIN_MS


class MarkedMoments:
    """The captions of every thread, and which of them answers a question."""

    def __init__(self, threads: Sequence[Loaded]) -> None:
        self._spots = [_spots(thread) for thread in threads]
        texts = [[text for _, text in spots] for spots in self._spots]
        stems = iter(stems_of([text for each in texts for text in each]))
        self._stems = [[next(stems) for _ in each] for each in texts]
        captions = [caption for each in self._stems for caption in each]
        holders = Counter(stem for caption in captions for stem in caption)
        self._rarity = {stem: rarity(count, len(captions)) for stem, count in holders.items()}

    def marked(self, index: int, question: str) -> Spot | None:
        """Return where the thread with this index answers the question."""
        (asked,) = stems_of([question])
        shared = [
            sum(self._rarity[stem] for stem in sorted(asked.keys() & caption.keys())) for caption in self._stems[index]
        ]
        best = max(shared)
        return self._spots[index][shared.index(best)][0] if best > 0 else None


def _spots(thread: Loaded) -> list[tuple[Spot, str]]:
    return [
        (Spot(clip_id, cue.start_ms), cue.text)
        for clip_id, heard in zip(thread.clip_ids, thread.heard, strict=True)
        for cue in heard.cues
    ]
