"""
How long search takes among 10,000 and 100,000 threads of one organisation, with ten cues each.

    python -m bench.search [--threads 100000] [--questions 200] [--data FILE]

Prints a table; the last line is `BENCH {json}`. `search_p95_growth` is the 95th percentile among all threads ÷ that
among a tenth of them. Making a hundred thousand takes minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING

from api_schema.ids import uuid7
from bench.evaluate_search.asking import with_slip
from bench.figures import Figure, print_table
from bench.search.corpus import CUES_A_THREAD, Corpus
from bench.throw_away_backend import empty_backend

if TYPE_CHECKING:  # imports Django models, which need the settings of `empty_backend`
    from backend.domain.actor import Actor

_DATA = Path(__file__).resolve().parents[1] / "data" / "faulttalk-dev.jsonl"
_WARM_UP = 20
_TYPED, _SPOKEN = 6, 22  # words
_SEARCHES = ("typed", "spoken", "identifier", "mistyped")
# Many threads hold every word of these.
_COMMON = [
    "the unit is not running and the pump is off, there is water in the line and the pressure is low",
    "it trips when the compressor starts, and the display shows the same fault again after the reset",
]

Timed = dict[str, list[float]]  # by kind of question: seconds


def main() -> None:
    asked = _parser().parse_args()
    corpus = Corpus(asked.data)
    with empty_backend():
        from bench.search import peer  # noqa: PLC0415
        from bench.search.loading import load  # noqa: PLC0415

        now, actor = datetime.now(tz=UTC), _someone()
        tenth = asked.threads // 10
        load(corpus, 0, tenth, organisation_id=actor.organisation_id, now=now)
        few = _measure(corpus, actor, threads=tenth, questions=asked.questions)
        load(corpus, tenth, asked.threads, organisation_id=actor.organisation_id, now=now)
        many = _measure(corpus, actor, threads=asked.threads, questions=asked.questions)
        peer.build(actor.organisation_id)
        plain = _time(_questions(corpus, asked.threads, asked.questions), peer.search)
    figures = _figures(few, many, plain, threads=asked.threads)
    print_table(figures)
    print("BENCH " + json.dumps({each.name: each.told() for each in figures}))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench-search", description="Measure search among many threads.")
    parser.add_argument("--threads", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200, help="of each kind")
    parser.add_argument("--data", type=Path, default=_DATA, help="a FaultTalk file, for its words")
    return parser


def _someone() -> Actor:
    from backend.domain.actor import Actor, Role  # noqa: PLC0415
    from bench.people import Phones  # noqa: PLC0415

    return Actor(person_id=uuid7(), organisation_id=Phones.begin().site.organisation_id, role=Role.TECHNICIAN)


def _measure(corpus: Corpus, actor: Actor, *, threads: int, questions: int) -> Timed:
    from django.db import connection  # noqa: PLC0415

    from backend.domain.search.narrowing import Narrowing  # noqa: PLC0415
    from backend.domain.search.queries import look_up, search, similar  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _say(f"{threads} threads, {threads * CUES_A_THREAD} cues: asking")
    asked = _questions(corpus, threads, questions)
    described = {"similar": asked["spoken"], "similar, common words": _COMMON * (questions // len(_COMMON))}
    typed = {"narrowed down": asked["typed"]}
    kulto = Narrowing(make="kulto")
    timed = {
        **_time(asked, lambda question: search(actor=actor, words=question)),
        **_time(described, lambda question: similar(actor=actor, words=question, identifiers=("E4", "E5"))),
        **_time(typed, lambda question: look_up(actor=actor, words=question, narrowing=kulto, with_facets=True)),
    }
    for kind, seconds in timed.items():
        _say(f"  {kind}: median {median(seconds) * 1000:.0f} ms, p95 {_p95(seconds) * 1000:.0f} ms")
    return timed


def _questions(corpus: Corpus, threads: int, count: int) -> dict[str, list[str]]:
    numbers = range(0, threads, max(1, threads // count))
    return {
        "typed": [corpus.question(number, words=_TYPED) for number in numbers],
        "spoken": [corpus.question(number, words=_SPOKEN) for number in numbers],
        "identifier": [f"{corpus.thread(number).model} {corpus.thread(number).code}" for number in numbers],
        "mistyped": [with_slip(corpus.question(number, words=_TYPED), Random(number)) for number in numbers],
    }


def _time(questions: dict[str, list[str]], ask: Callable[[str], object]) -> Timed:
    timed: Timed = {}
    for kind, each in questions.items():
        for question in each[:_WARM_UP]:
            ask(question)
        timed[kind] = [_seconds(ask, question) for question in each]
    return timed


def _seconds(ask: Callable[[str], object], question: str) -> float:
    began = time.perf_counter()
    ask(question)
    return time.perf_counter() - began


def _figures(few: Timed, many: Timed, plain: Timed, *, threads: int) -> list[Figure]:
    ours, peer = _p95(_searches(many)), _p95(_searches(plain))
    similar, similar_few = (_p95([*each["similar"], *each["similar, common words"]]) for each in (many, few))
    return [
        Figure("search_p95_s", f"s among {threads} threads", _cut(ours), _cut(peer), _cut(ours / peer)),
        _growth("search_p95_growth", ours, _p95(_searches(few))),
        Figure("similar_p95_s", "s", _cut(similar), _cut(_p95(plain["spoken"])), _cut(similar / _p95(plain["spoken"]))),
        _growth("similar_p95_growth", similar, similar_few),
        Figure("narrowed_p95_s", "s, with facets", _cut(_p95(many["narrowed down"])), None, None),
    ]


def _growth(name: str, many: float, few: float) -> Figure:
    return Figure(name, "× among a tenth (peer: s there)", _cut(many / few), _cut(few), None)


def _searches(timed: Timed) -> list[float]:
    return [second for kind in _SEARCHES for second in timed[kind]]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _cut(value: float) -> float:
    return round(value, 4)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
