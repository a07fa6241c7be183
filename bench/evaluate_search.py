"""
Judge search on a FaultTalk file beside PostgreSQL's own ranking and plain BM25, in the same run.

    python -m bench.evaluate_search ../shared/faulttalk/dev.jsonl

Prints MRR@10 and hit@1 for each kind of question; the last line is `BENCH {json}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING
from uuid import UUID

from bench.throw_away_backend import empty_backend

if TYPE_CHECKING:  # imports Django models, which need the settings of `empty_backend`
    from backend.domain.actor import Actor
    from bench.faulttalk import FaultThread

Best = Callable[[str], list[int]]  # question → indexes of the ten best threads
Figures = dict[str, tuple[float, float]]  # kind of question → (MRR@10, hit@1)

TOP = 10


def main() -> None:
    path = Path(sys.argv[1])
    with empty_backend():
        _report(path)


def _report(path: Path) -> None:
    from bench.faulttalk import load_threads, read_threads  # noqa: PLC0415
    from bench.search_baselines import PlainBm25, PlainRank  # noqa: PLC0415

    now = datetime.now(tz=UTC)
    threads = read_threads(path)
    actor = _someone(now)
    load_threads(threads, organisation_id=actor.organisation_id, now=now)
    systems = {"ts_rank": PlainRank(threads).best, "BM25": PlainBm25(threads).best, "Cuppa": _cuppa(threads, actor)}
    table = {name: _judge(threads, best) for name, best in systems.items()}
    _print_table(table, threads_count=len(threads))
    print("BENCH " + json.dumps(_bench_line(table)))


def _someone(now: datetime) -> Actor:
    from backend.domain.accounts.operations import add_person, add_site, create_organisation  # noqa: PLC0415
    from backend.domain.actor import Role  # noqa: PLC0415

    organisation = create_organisation(name="Evaluation", now=now)
    site = add_site(organisation_id=organisation.id, name="Bench", time_zone="UTC")
    return add_person(
        site=site,
        email="asker@evaluation.example",
        name="Ada Asker",
        job_title="Technician",
        role=Role.TECHNICIAN,
        password="asks and never signs in",  # noqa: S106
    ).actor


def _cuppa(threads: list[FaultThread], actor: Actor) -> Best:
    from backend.domain.search.queries import search  # noqa: PLC0415

    indexes: dict[UUID, int] = {thread.id: index for index, thread in enumerate(threads)}
    return lambda question: [indexes[hit.id] for hit in search(actor=actor, words=question, limit=TOP)]


def _judge(threads: list[FaultThread], best: Best) -> Figures:
    from bench.faulttalk import QUERY_KINDS  # noqa: PLC0415

    figures = {}
    for kind in QUERY_KINDS:
        ranks = [_rank(index, best(thread.question(kind))) for index, thread in enumerate(threads)]
        figures[kind] = (mean(1 / rank if rank else 0.0 for rank in ranks), mean(rank == 1 for rank in ranks))
    return figures


def _rank(right: int, answer: list[int]) -> int:
    """Return the place of the right thread, from 1; 0 when it is not among the answers."""
    return answer.index(right) + 1 if right in answer else 0


def _print_table(table: dict[str, Figures], *, threads_count: int) -> None:
    print(f"{threads_count} threads; MRR@10 (hit@1)")
    for name, figures in table.items():
        cells = [f"{kind} {mrr:.3f} ({hit:.2f})" for kind, (mrr, hit) in figures.items()]
        print(f"{name:8}", *cells, sep="  ")


def _bench_line(table: dict[str, Figures]) -> dict[str, float]:
    ours, peer = table["Cuppa"], table["BM25"]
    return {
        "identifier_hit1": round(ours["identifier"][1], 4),
        "typed_mrr": round(ours["typed"][0], 4),
        "spoken_mrr": round(ours["spoken"][0], 4),
        "typed_mrr_bm25": round(peer["typed"][0], 4),
        "spoken_mrr_bm25": round(peer["spoken"][0], 4),
    }


if __name__ == "__main__":
    main()
