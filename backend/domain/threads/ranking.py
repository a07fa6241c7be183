"""Which suggestion comes first: outcomes of tries decide, not votes."""

from __future__ import annotations

from collections.abc import Iterable

from backend.domain.threads.models import Suggestion
from backend.domain.threads.states import TryOutcome


def success_share(suggestion: Suggestion) -> float:
    """
    Return how likely this suggestion fixes it, 0..1, from its ended tries (prefetched).

    Laplace's rule of succession, (fixed + 1) / (tries + 2): untried is 0.5, one failure 0.33, one fix 0.67; so a
    single try moves a suggestion, and "6 tries, 0 fixed" (0.125) sinks below what nobody tried yet.
    """
    outcomes = [attempt.outcome for attempt in suggestion.tries.all() if attempt.outcome]
    return (outcomes.count(TryOutcome.FIXED) + 1) / (len(outcomes) + 2)


def rank_suggestions(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Return suggestions best first; equals in the order in which they were given."""
    return sorted(suggestions, key=lambda one: (-success_share(one), one.created_at, one.pk))
