"""One figure of ours beside the peer's."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """`ratio` is ours ÷ the peer's, unless `unit` says another one. `spread` tells the single rounds."""

    name: str
    unit: str
    ours: float | None
    peer: float | None
    ratio: float | None
    spread: str = ""

    def told(self) -> dict[str, float | None]:
        return {"ours": self.ours, "peer": self.peer, "ratio": self.ratio}


def figure(name: str, unit: str, rounds: dict[str, list[float]]) -> Figure:
    """Return the medians of both sides; `rounds` by name of side, ours first."""
    ours, peer = (median(one) for one in rounds.values())
    spread = "; ".join(f"{side}: {_listed(one)}" for side, one in rounds.items() if len(one) > 1)
    return Figure(name, unit, _rounded(ours), _rounded(peer), _rounded(ours / peer) if peer else None, spread)


def print_table(figures: list[Figure]) -> None:
    print(f"{'':24}{'Cuppa':>10}{'peer':>10}{'ratio':>8}")
    for each in figures:
        cells = ("–" if value is None else f"{value:g}" for value in (each.ours, each.peer, each.ratio))
        ours, peer, ratio = cells
        print(f"{each.name:24}{ours:>10}{peer:>10}{ratio:>8}  {each.unit}")
        if each.spread:
            print(f"{'':24}{each.spread}")


def _listed(rounds: list[float]) -> str:
    return " ".join(f"{value:.3g}" for value in rounds)


def _rounded(value: float) -> float:
    return round(value, 3 if value < 10 else 1)
