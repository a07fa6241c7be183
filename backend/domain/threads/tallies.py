"""What trying a suggestion has shown. "6 tries, 0 fixed" is knowledge, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from backend.domain.threads.models import Try
from backend.domain.threads.states import TryOutcome


@dataclass(frozen=True)
class Tally:
    """Ended tries only; `minutes_median` of those that say how long they took, None without any."""

    tries: int = 0
    fixed: int = 0
    partly: int = 0
    no: int = 0
    worse: int = 0
    minutes_median: float | None = None

    @property
    def success_share(self) -> float:
        """
        How likely this fixes the fault, 0..1.

        Laplace's rule of succession: the mean of the Beta distribution after these tries when before them every
        share was as likely as any other, (successes + 1) / (tries + 2). Untried is 0.5, one failure 0.33, one fix
        0.67; so a single try moves a suggestion, and "6 tries, 0 fixed" (0.125) sinks below what nobody tried yet.
        `partly` is half a success. `worse` counts as two failures: that it does harm is more to know.
        Source: Laplace, Essai philosophique sur les probabilités (1814); the weights of `partly` and `worse` are ours.
        """
        successes = self.fixed + self.partly / 2
        weight = self.tries + self.worse
        return (successes + 1) / (weight + 2)


def tally_of(tries: Iterable[Try]) -> Tally:
    """Return what these tries have shown; those that still run count for nothing."""
    ended = [attempt for attempt in tries if attempt.outcome]
    counts = Counter(attempt.outcome for attempt in ended)
    minutes = [attempt.minutes for attempt in ended if attempt.minutes is not None]
    return Tally(
        tries=len(ended),
        minutes_median=float(median(minutes)) if minutes else None,
        **{outcome.value: counts[outcome.value] for outcome in TryOutcome},
    )
