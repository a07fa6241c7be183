"""What the run says at the end: tables for a reader, bars, and one line for a program."""

from __future__ import annotations

from math import inf

from bench.figures import Figure
from bench.simulate.arms import BROADCAST, FOLLOWERS, WAVES, Month
from bench.simulate.measures import Measures
from bench.simulate.sensitivity import Row

LEAST_IN_10_MIN_SHARE = 0.6
MOST_PUSHES_PER_ANSWER = 8.0
MOST_PUSHES_VS_BROADCAST = 0.2  # five times fewer
MOST_MEDIAN_VS_BROADCAST = 1.5


def tell_month(month: Month) -> list[str]:
    """Return the table of the arms, and what the rules say."""
    given = month.world.parameters
    lines = [f"{month.measures[WAVES].asks_count} asks of {given.people} people in {given.days} days"]
    lines.append(f"{'':34}" + "".join(f"{arm:>15}" for arm in month.measures))
    lines += [
        f"{name:34}" + "".join(f"{cell:>15}" for cell in cells) for name, cells in arm_cells(month.measures).items()
    ]
    lines.append(f"asks made to learn what somebody knows: {_percent(month.exploration_share)}")
    lines += [f"{rule}: {count}" for rule, count in month.breaches.items()]
    return lines


def tell_changes(rows: list[Row]) -> list[str]:
    """Return the sensitivity table."""
    heads = ("10 min", "median", "pushes/ans.", "10 min", "median", "pushes", "median")
    sides = ("waves", "", "", "broadcast", "", "waves ÷", "broadcast")
    return [_line("", sides), _line("", heads), *(_line(row.change, change_cells(row)) for row in rows)]


def figures(month: Month) -> list[Figure]:
    """Return the figures of the BENCH line. Beside the broadcast; hours beside the followers of the tag."""
    ours, broadcast, followers = (month.measures[arm] for arm in (WAVES, BROADCAST, FOLLOWERS))
    return [
        _figure(
            "answered_in_10_min_share", "share of working-hours asks", ours.in_10_min_share, broadcast.in_10_min_share
        ),
        _figure(
            "helped_in_10_min_share",
            "share of working-hours asks",
            ours.helped_in_10_min_share,
            broadcast.helped_in_10_min_share,
        ),
        _figure("pushes_per_answer", "pushes", ours.pushes_per_answered, broadcast.pushes_per_answered),
        _figure("pushes_vs_broadcast", "pushes in the month", ours.pushes_count, broadcast.pushes_count),
        _figure("median_vs_broadcast", "s to the first useful answer", ours.median_s, broadcast.median_s),
        _figure("outside_hours", "share of pushes (peer: tag)", ours.outside_share, followers.outside_share),
    ]


def broken_bars(month: Month) -> list[str]:
    """Return what was promised and is not kept, in sentences."""
    ours, broadcast = month.measures[WAVES], month.measures[BROADCAST]
    bars = {
        f"{_percent(ours.in_10_min_share)} of working-hours asks were answered in 10 minutes, not 60 %": (
            ours.in_10_min_share >= LEAST_IN_10_MIN_SHARE
        ),
        f"an answer took {ours.pushes_per_answered:.1f} pushes, not 8 or less": (
            ours.pushes_per_answered <= MOST_PUSHES_PER_ANSWER
        ),
        "there were not 5 times fewer pushes than in a broadcast": (
            ours.pushes_count <= MOST_PUSHES_VS_BROADCAST * broadcast.pushes_count
        ),
        "the median is more than 1.5 times that of a broadcast": (
            ours.median_s <= MOST_MEDIAN_VS_BROADCAST * broadcast.median_s
        ),
        **{f"{rule}: {count} times": count == 0 for rule, count in month.breaches.items()},
    }
    return [sentence for sentence, is_kept in bars.items() if not is_kept]


def arm_cells(measures: dict[str, Measures]) -> dict[str, list[str]]:
    """Return by name of the measure what each arm reached, in words."""
    arms = measures.values()
    return {
        "answered with a useful answer": [_percent(arm.answered_share) for arm in arms],
        "never answered": [_percent(arm.unanswered_share) for arm in arms],
        "an answer in 10 min, working hours": [_percent(arm.in_10_min_share) for arm in arms],
        "a useful one in 10 min": [_percent(arm.helped_in_10_min_share) for arm in arms],
        "median to a useful answer": [_minutes(arm.median_s) for arm in arms],
        "90th percentile": [_minutes(arm.p90_s) for arm in arms],
        "median, working-hours asks": [_minutes(arm.working_hours_median_s) for arm in arms],
        "90th percentile, working hours": [_minutes(arm.working_hours_p90_s) for arm in arms],
        "pushes": [str(arm.pushes_count) for arm in arms],
        "pushes per answered ask": [f"{arm.pushes_per_answered:.1f}" for arm in arms],
        "pushes outside hours": [_percent(arm.outside_share) for arm in arms],
        "load Gini of pushes": [f"{arm.gini:.2f}" for arm in arms],
    }


def change_cells(row: Row) -> tuple[str, ...]:
    """Return what the waves and the broadcast reached under one change; the last two are waves ÷ broadcast."""
    ours, broadcast = row.measures[WAVES], row.measures[BROADCAST]
    return (
        _percent(ours.in_10_min_share),
        _minutes(ours.median_s),
        f"{ours.pushes_per_answered:.1f}",
        _percent(broadcast.in_10_min_share),
        _minutes(broadcast.median_s),
        f"{ours.pushes_count / max(1, broadcast.pushes_count):.3f}",
        f"{ours.median_s / broadcast.median_s:.2f}",
    )


def _line(name: str, cells: tuple[str, ...]) -> str:
    return f"{name:36}" + "".join(f"{cell:>12}" for cell in cells)


def _figure(name: str, unit: str, ours: float, peer: float) -> Figure:
    return Figure(name, unit, round(ours, 3), round(peer, 3), round(ours / peer, 3) if peer else None)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _minutes(seconds: float) -> str:
    return "–" if seconds == inf else f"{seconds / 60:.1f} min"
