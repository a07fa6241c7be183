"""Made-up threads in the words of real ones: as many as are wanted, with cues, from one seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

CUES_A_THREAD = 10
WORDS_A_CUE = 12
_BODY_WORDS = 90
_TITLE_WORDS = 8

# A working vocabulary grows with the corpus (Heaps); FaultTalk has 4,000 words. The tail is made up: rare names.
_RARE_WORDS = 30_000
_RARE_SHARE = 0.06  # of running words


@dataclass(frozen=True)
class MadeThread:
    title: str
    body: str
    cues: list[str]
    model: str
    tag: str
    code: str


class Corpus:
    """Threads number 0, 1, 2 …: the same number is always the same thread."""

    def __init__(self, faulttalk: Path, *, seed: int = 5) -> None:
        counts: Counter[str] = Counter()
        for line in faulttalk.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            texts = [record["ask_transcript"], record["try_transcript"], record["problem"], record["cause"]]
            counts.update(word.strip(".,?!'").lower() for text in texts for word in text.split())
        del counts[""]
        self._words = list(counts)
        self._shares = list(accumulate(counts.values()))
        self._seed = seed

    def threads(self, first: int, last: int) -> Iterator[MadeThread]:
        """Yield the threads `first` to `last`, without the last."""
        return (self.thread(number) for number in range(first, last))

    def thread(self, number: int) -> MadeThread:
        draws = Random(f"{self._seed}/{number}")
        return MadeThread(
            title=self._text(draws, _TITLE_WORDS),
            body=self._text(draws, _BODY_WORDS),
            cues=[self._text(draws, WORDS_A_CUE) for _ in range(CUES_A_THREAD)],
            model=f"{draws.choice('ABCDEFGH')}{draws.choice('KMRSTX')}-{draws.randrange(100, 400)}",
            tag=f"TAG-{number // 5}",
            code=f"E{draws.randrange(1, 60)}",
        )

    def question(self, number: int, *, words: int) -> str:
        """Return `words` words out of a thread, as somebody would say them who stands before the same fault."""
        thread, draws = self.thread(number), Random(f"asks/{self._seed}/{number}")
        said = [*thread.title.split(), *thread.body.split(), *" ".join(thread.cues).split()]
        start = draws.randrange(len(said) - words)
        return " ".join(said[start : start + words])

    def _text(self, draws: Random, count: int) -> str:
        words = draws.choices(self._words, cum_weights=self._shares, k=count)
        return " ".join(self._rare(draws) if draws.random() < _RARE_SHARE else word for word in words)

    @staticmethod
    def _rare(draws: Random) -> str:
        # The k-th commonest in proportion to about 1 / k (Zipf).
        rank = int(_RARE_WORDS ** draws.random())
        letters = "bcdfglmnprstvz"
        made = "".join(letters[(rank // 14**place) % 14] + "aeiou"[(rank // 5**place) % 5] for place in range(4))
        return made + "x"
