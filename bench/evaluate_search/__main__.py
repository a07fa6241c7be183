"""
Judge search on a FaultTalk file beside PostgreSQL's own ranking and plain BM25, in the same run.

    python -m bench.evaluate_search [FILE]

Every thread is made by the product's own operations, in an empty database, and asked for through its own search. Prints
MRR@10 and hit@1 for each kind of question, and how far 110 questions can be trusted; the last line is `BENCH {json}`.
With EMBEDDER set, everything is asked twice: by words alone, and by words and meaning.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from backend.demo.faulttalk import FaultTalkThread, read_faulttalk
from bench.evaluate_search.judging import place_of
from bench.evaluate_search.report import OURS, OURS_DENSE, PEER, Places, figures, table
from bench.figures import print_table
from bench.throw_away_backend import empty_backend

if TYPE_CHECKING:  # imports Django models, which need the settings of `empty_backend`
    from backend.domain.actor import Actor
    from backend.domain.search.queries import Hit
    from bench.evaluate_search.loading import Loaded

_DATA = Path(__file__).resolve().parents[1] / "data" / "faulttalk-dev.jsonl"
_KINDS = ("typed", "spoken", "identifier")
_KINDS_IN_OWN_WORDS = ("typed", "spoken")  # an identifier stands on the machine's plate: no moment answers it
_TOP = 10
_EMBEDDING_MOST_S = 3_600.0

Answers = dict[str, list[list["Hit"]]]  # by kind of question, in the order of the threads
Best = Callable[[str], list[int]]  # question → indexes of the ten best threads


def main() -> None:
    faults = read_faulttalk(_parser().parse_args().file)
    with empty_backend():
        systems, moments = _judge(faults)
    print(f"{len(faults)} threads; MRR@10 (hit@1)")
    for line in table(systems):
        print(line)
    told = figures(systems, moments)
    print_table(told)
    print("BENCH " + json.dumps({each.name: each.told() for each in told}))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make evaluate-search", description="Judge search beside ts_rank and BM25.")
    parser.add_argument("file", type=Path, nargs="?", default=_DATA, help="another file in FaultTalk's format")
    return parser


def _judge(faults: list[FaultTalkThread]) -> tuple[dict[str, Places], list[bool]]:
    from bench.evaluate_search.baselines import PlainBm25, PlainRank  # noqa: PLC0415
    from bench.evaluate_search.loading import load  # noqa: PLC0415

    began = time.monotonic()
    asker, threads = load(faults, now=datetime.now(tz=UTC))
    _say(f"made {len(threads)} threads in {time.monotonic() - began:.1f} s")
    answers = _ask_by_words(faults, asker)
    systems = {
        "ts_rank": _places(faults, PlainRank(faults).best),
        PEER: _places(faults, PlainBm25(faults).best),
        OURS: _our_places(threads, answers),
    }
    if _embed():
        systems[OURS_DENSE] = _our_places(threads, _ask(faults, asker))
    return systems, _moments(faults, threads, answers)


def _ask_by_words(faults: list[FaultTalkThread], asker: Actor) -> Answers:
    from django.test import override_settings  # noqa: PLC0415

    with override_settings(EMBEDDER=None):
        return _ask(faults, asker)


def _embed() -> bool:
    """Have the embedder of the settings, if there is one, read everything; return whether there is one."""
    from django.utils import timezone  # noqa: PLC0415

    from backend.domain.search.embedders import current_embedder  # noqa: PLC0415
    from backend.domain.search.embedding import embed_waiting  # noqa: PLC0415

    embedder = current_embedder()
    if embedder is None:
        return False
    began = time.monotonic()
    embedded = embed_waiting(embedder, for_s=_EMBEDDING_MOST_S, clock=timezone.now)
    _say(f"{embedder.name} read {embedded} threads in {time.monotonic() - began:.1f} s")
    return True


def _ask(faults: list[FaultTalkThread], asker: Actor) -> Answers:
    from backend.domain.search.queries import search  # noqa: PLC0415

    return {kind: [search(actor=asker, words=fault.questions[kind], limit=_TOP) for fault in faults] for kind in _KINDS}


def _places(faults: list[FaultTalkThread], best: Best) -> Places:
    return {
        kind: [place_of(index, best(fault.questions[kind])) for index, fault in enumerate(faults)] for kind in _KINDS
    }


def _our_places(threads: list[Loaded], answers: Answers) -> Places:
    indexes = {thread.thread_id: index for index, thread in enumerate(threads)}
    return {
        kind: [place_of(index, [indexes[hit.id] for hit in hits]) for index, hits in enumerate(each)]
        for kind, each in answers.items()
    }


def _moments(faults: list[FaultTalkThread], threads: list[Loaded], answers: Answers) -> list[bool]:
    """Return, for each question whose right thread was found with a moment, whether it opens at the marked one."""
    from bench.evaluate_search.moments import MarkedMoments, Spot  # noqa: PLC0415

    marked = MarkedMoments(threads)
    opens = []
    for kind in _KINDS_IN_OWN_WORDS:
        for index, (fault, hits) in enumerate(zip(faults, answers[kind], strict=True)):
            moments = [hit.moment for hit in hits if hit.id == threads[index].thread_id and hit.moment]
            truth = marked.marked(index, fault.questions[kind])
            opens += [truth is not None and truth.is_near(Spot(one.clip_id, one.start_ms)) for one in moments]
    return opens


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
