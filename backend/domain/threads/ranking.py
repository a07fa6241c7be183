"""Which suggestion comes first: outcomes of tries decide, not votes. Several may be right."""

from __future__ import annotations

from collections.abc import Iterable

from backend.domain.threads.models import Suggestion
from backend.domain.threads.tallies import tally_of


def success_share(suggestion: Suggestion) -> float:
    """Return how likely this suggestion fixes it, 0..1, from its tries (prefetched); see `Tally.success_share`."""
    return tally_of(suggestion.tries.all()).success_share


def rank_suggestions(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Return suggestions best first, corrected ones last; of equals the older one, which others had time to doubt."""
    return sorted(
        suggestions, key=lambda one: (one.corrected_at is not None, -success_share(one), one.created_at, one.pk)
    )
