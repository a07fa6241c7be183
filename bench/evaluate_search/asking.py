"""
Judge what search does for people who slip, and what is shown beside a new question.

    python -m bench.evaluate_search.asking [FILE]

Typing errors: each typed question with one slip in its longest word, as search reads it and without putting it right.
Asking: each fault asked anew with its own typed and spoken question, model and code, while it is known (what is shown
is right or wrong) and while it is not (whatever is shown is wrong), by the share of the question that a fault holds.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from unittest import mock

from backend.demo.faulttalk import FaultTalkThread, read_faulttalk
from bench.evaluate_search.judging import mrr, place_of
from bench.throw_away_backend import empty_backend

if TYPE_CHECKING:  # imports Django models, which need the settings of `empty_backend`
    from uuid import UUID

    from backend.domain.actor import Actor
    from backend.domain.search.queries import Hit

_DATA = Path(__file__).resolve().parents[1] / "data" / "faulttalk-dev.jsonl"
_SEED = 11
_SHARES = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
_SHOWN = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.evaluate_search.asking")
    parser.add_argument("file", type=Path, nargs="?", default=_DATA)
    faults = read_faulttalk(parser.parse_args().file)
    with empty_backend():
        from bench.evaluate_search.loading import load  # noqa: PLC0415

        asker, threads = load(faults, now=datetime.now(tz=UTC))
        thread_ids = [thread.thread_id for thread in threads]
        for line in [*_typing_errors(faults, asker, thread_ids), *_asked_anew(faults, asker, thread_ids)]:
            print(line)


def _typing_errors(faults: list[FaultTalkThread], asker: Actor, thread_ids: list[UUID]) -> list[str]:
    from backend.domain.search import queries  # noqa: PLC0415
    from backend.domain.search.spelling import AS_ASKED  # noqa: PLC0415

    draws = Random(_SEED)
    right = [fault.questions["typed"] for fault in faults]
    wrong = [with_slip(question, draws) for question in right]

    def judged(questions: list[str]) -> float:
        found = [[hit.id for hit in queries.search(actor=asker, words=each, limit=10)] for each in questions]
        return mrr([place_of(index, [thread_ids.index(one) for one in ids]) for index, ids in enumerate(found)])

    as_read = judged(wrong)
    with mock.patch.object(queries, "respell", return_value=AS_ASKED):
        as_asked = judged(wrong)
    return [f"typed MRR@10: {judged(right):.3f}; one slip: {as_read:.3f}; one slip, not put right: {as_asked:.3f}"]


def with_slip(question: str, draws: Random) -> str:
    """Return `question` with one slip in its longest word, after the first letter."""
    words = question.split()
    place = max(range(len(words)), key=lambda index: len(words[index]))
    word = words[place]
    at = draws.randrange(1, len(word) - 1)
    letter = draws.choice("abcdefghijklmnopqrstuvwxyz")
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[place] = draws.choice(
        [swapped, word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]]
    )
    return " ".join(words)


def _asked_anew(faults: list[FaultTalkThread], asker: Actor, thread_ids: list[UUID]) -> list[str]:
    lines = [
        "asked anew: share; right ones shown; of what is shown, right; shown something wrong while it is not known"
    ]
    for kind in ("typed", "spoken"):
        known = [_shown(fault, kind, asker) for fault in faults]
        unknown = [_shown(fault, kind, asker, excluding=own) for fault, own in zip(faults, thread_ids, strict=True)]
        for share in _SHARES:
            shown = [[hit.id for hit in hits if hit.share >= share][:_SHOWN] for hits in known]
            right = sum(own in each for own, each in zip(thread_ids, shown, strict=True))
            wrong = sum(any(hit.share >= share for hit in hits) for hits in unknown)
            of_all = right / max(1, sum(map(len, shown)))
            lines.append(f"  {kind:7} {share:.2f}  {right / len(faults):.3f}  {of_all:.3f}  {wrong / len(faults):.3f}")
    return lines


def _shown(fault: FaultTalkThread, kind: str, asker: Actor, *, excluding: UUID | None = None) -> list[Hit]:
    from backend.domain.search import queries  # noqa: PLC0415

    # Not its tag: whoever has the fault anew mostly stands before another machine of the model.
    identifiers = [code for code in (fault.model, fault.fault_code) if code]
    with mock.patch.object(queries, "SIMILAR_SHARE", min(_SHARES)):
        return queries.similar(
            actor=asker,
            words=fault.questions[kind],
            identifiers=identifiers,
            limit=20,
            excluding_subject_id=excluding,
        )


if __name__ == "__main__":
    main()
