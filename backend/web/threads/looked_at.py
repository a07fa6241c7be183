"""The line that tells an asker who looked at their question."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.threads.models import ThreadOpening
from backend.domain.threads.queries import Viewers

_NAMED = 3  # in the line; the rest opens below it


@dataclass(frozen=True)
class ShownViewers:
    viewers: Viewers

    @property
    def names(self) -> str:
        return ", ".join(opening.person.name for opening in self.openings[:_NAMED])

    @property
    def others_count(self) -> int:
        """How many are not among the `names`."""
        return len(self.openings[_NAMED:]) + self.viewers.more_count

    @property
    def openings(self) -> list[ThreadOpening]:
        return self.viewers.openings
