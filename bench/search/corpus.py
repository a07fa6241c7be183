"""Made-up threads in the words of real ones: as many as are wanted, with cues, from one seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

CUES_A_THREAD = 10
WORDS_A_CUE = 12
_BODY_WORDS = 90
_MAKES = ("Zephrane", "Kulto", "Ardeline", "Brompt", "Tessaly", "Vondrake", "Ostrel", "Marrick")
_TITLE_WORDS = 8

# A working vocabulary grows with the corpus (Heaps); FaultTalk has 4,000 words. The tail is made up: rare names.
_RARE_WORDS = 30_000
_RARE_SHARE = 0.06  # of running words
_DRAWN_FROM = 1 << 16  # words, each as often as it is said


@dataclass(frozen=True)
class MadeThread:
    title: str
    body: str
    cues: list[str]
    make: str
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
        share = _DRAWN_FROM * (1 - _RARE_SHARE) / counts.total()
        # Empty: a rare word, made up when it is drawn. A draw out of a list is quicker than one by weights.
        self._words = [word for word, count in counts.items() for _ in range(max(1, round(count * share)))]
        self._words += [""] * round(len(self._words) * _RARE_SHARE / (1 - _RARE_SHARE))
        self._rares = [_made_word(number) for number in range(_RARE_WORDS + 1)]
        self._seed = seed

    def threads(self, first: int, last: int) -> Iterator[MadeThread]:
        """Yield the threads `first` to `last`, without the last."""
        return (self.thread(number) for number in range(first, last))

    def thread(self, number: int) -> MadeThread:
        draws = Random(f"{self._seed}/{number}")
        said = self._said(draws, _TITLE_WORDS + _BODY_WORDS + CUES_A_THREAD * WORDS_A_CUE)
        cues = said[_TITLE_WORDS + _BODY_WORDS :]
        return MadeThread(
            title=" ".join(said[:_TITLE_WORDS]),
            body=" ".join(said[_TITLE_WORDS:][:_BODY_WORDS]),
            cues=[" ".join(cues[start : start + WORDS_A_CUE]) for start in range(0, len(cues), WORDS_A_CUE)],
            make=draws.choice(_MAKES),
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

    def _said(self, draws: Random, count: int) -> list[str]:
        return [word or self._rare(draws) for word in draws.choices(self._words, k=count)]

    def _rare(self, draws: Random) -> str:
        return self._rares[int(_RARE_WORDS ** draws.random())]  # the k-th commonest about as 1 / k (Zipf)


def _made_word(number: int) -> str:
    letters = "bcdfglmnprstvz"
    return "".join(letters[(number // 14**place) % 14] + "aeiou"[(number // 5**place) % 5] for place in range(4)) + "x"
