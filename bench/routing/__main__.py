"""
Replay the kept asks of a database under several ways to rank people; see docs/asking.md.

    python -m bench.routing                          a simulated history, made by the product's own operations
    DATABASE_URL=… python -m bench.routing --real    a real one, read only
    python -m bench.routing --weights weights.json   beside other weights: {"fixed_same_code": 10, …}

The last line is `BENCH {json}`; ours beside those who follow the tag.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure
from bench.simulate.arms import run_month
from bench.simulate.parameters import Parameters
from bench.throw_away_backend import empty_backend

if TYPE_CHECKING:  # Django models, which need settings
    from bench.routing.judging import Judgement, Ranking
    from bench.routing.kept import KeptRound

_GATES = {"SECRET_KEY", "WORKER_KEY", "BROKER_URL", "MEDIA_BROKER_URL", "PUBLIC_URL", "OBJECT_STORE", "UPLOAD_DIR"}


def main() -> None:
    asked = _parser().parse_args()
    weights = _read_weights(asked.weights)
    with _database(real=asked.real):
        if not asked.real:
            _say(f"simulating {asked.days} days of {asked.people} people")
            run_month(Parameters(days=asked.days, people=asked.people), name="Routing", progress=_say)
        _report(weights)


def _database(*, real: bool) -> AbstractContextManager[None]:
    if not real:
        return empty_backend()
    if "DATABASE_URL" not in os.environ:
        sys.exit("Say which database: DATABASE_URL=postgresql://… (it is only read).")
    open_read_only()
    return nullcontext()


def open_read_only() -> None:
    """Set Django up on `DATABASE_URL`; PostgreSQL itself refuses every write of this session."""
    for name in _GATES:  # read by the settings, used by nothing here
        os.environ.setdefault(name, "redis://127.0.0.1:1" if "BROKER" in name else "dir:/nowhere")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings.test")
    import django  # noqa: PLC0415 - reads the environment at import
    from django.db import connection  # noqa: PLC0415

    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def _report(other_weights: Mapping[str, float] | None) -> None:
    from backend.domain.asking.scoring import WEIGHTS  # noqa: PLC0415
    from bench.routing.judging import as_asked, at_random, by_tag, by_weights, halves, help_share, judge  # noqa: PLC0415
    from bench.routing.kept import read_rounds  # noqa: PLC0415

    rounds = read_rounds()
    rankings: dict[str, Ranking] = {
        "Cuppa": by_weights(WEIGHTS.as_dict()),
        "as asked": as_asked,
        "random": at_random,
        "tag": by_tag,
    }
    if other_weights is not None:
        rankings["your weights"] = by_weights(other_weights)
    earlier, later = halves(rounds)
    for name, part in (("all rounds", rounds), ("earlier half", earlier), ("later half", later)):
        _print_table(name, part, {ranking: judge(part, rank) for ranking, rank in rankings.items()})
    for name, is_exploration in (("asked to learn what they know", True), ("asked for what is known", False)):
        share, count = help_share(rounds, of_explorations=is_exploration)
        print(f"{name}: {count} asks, {100 * share:.0f} % helped")
    judged = {name: judge(rounds, rankings[name]) for name in ("Cuppa", "tag")}
    print("BENCH " + json.dumps({each.name: each.told() for each in _figures(judged["Cuppa"], judged["tag"])}))


def _print_table(name: str, rounds: Sequence[KeptRound], judged: Mapping[str, Judgement]) -> None:
    telling = sum(kept.is_telling for kept in rounds)
    print(f"\n{name}: {len(rounds)}, of which {telling} tell one ranking from another")
    print(f"{'':16}{'wave 1 precision':>18}{'answerer MRR':>14}{'load Gini':>11}")
    for ranking, found in judged.items():
        print(f"{ranking:16}{found.wave1_precision:>18.3f}{found.answerer_mrr:>14.3f}{found.load_gini:>11.3f}")


def _figures(ours: Judgement, peer: Judgement) -> list[Figure]:
    pairs = {
        "wave1_precision": (ours.wave1_precision, peer.wave1_precision),
        "answerer_mrr": (ours.answerer_mrr, peer.answerer_mrr),
        "load_gini": (ours.load_gini, peer.load_gini),
    }
    return [
        Figure(name, "0..1", round(one, 3), round(other, 3), round(one / other, 3) if other else None)
        for name, (one, other) in pairs.items()
    ]


def _read_weights(path: Path | None) -> dict[str, float] | None:
    """Return the weights of a JSON file; one sentence and the end when it holds something else."""
    if path is None:
        return None
    try:
        found = json.loads(path.read_text())
        return {str(name): float(value) for name, value in found.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        sys.exit(f'{path} does not hold weights like {{"fixed_same_code": 10.0}}: {error}')


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make evaluate-routing", description="Was the right person asked first?")
    parser.add_argument("--real", action="store_true", help="read the database that DATABASE_URL names")
    parser.add_argument("--weights", type=Path, help="a JSON file of weights, judged beside ours")
    parser.add_argument("--days", type=int, default=5, help="of the simulated history")
    parser.add_argument("--people", type=int, default=Parameters.people, help="of the simulated history")
    return parser


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
