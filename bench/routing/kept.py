"""The asks that a database kept: the features that chose each person as they were then, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.asking.models import Ask, AskStatus
from backend.domain.threads.models import Try
from backend.domain.threads.states import TryOutcome

_FAILED = frozenset({TryOutcome.NO, TryOutcome.WORSE})
_WHY = "the evaluation reads the asks of everybody whom the database knows, and writes nothing"


@dataclass(frozen=True)
class KeptAsk:
    """One person asked once. `features` are those of that moment: nothing that was learnt later is in them."""

    person_id: UUID
    wave_number: int
    rank: int  # within its wave, from 1
    features: dict[str, float]
    is_pushed: bool
    is_exploration: bool
    helped: bool  # they answered, and no try of their advice failed


@dataclass(frozen=True)
class KeptRound:
    """Everybody who was asked about one thread in one go. Of others nobody knows whether they would have answered."""

    opened_at: datetime
    asks: tuple[KeptAsk, ...]

    @property
    def wave1_size(self) -> int:
        """Return how many the first wave that pushed asked."""
        first = min((ask.wave_number for ask in self.asks if ask.is_pushed), default=0)
        return sum(ask.is_pushed and ask.wave_number == first for ask in self.asks)

    @property
    def is_telling(self) -> bool:
        """
        Return whether somebody helped, and somebody else could have been asked before them.

        Rounds that wave 1 settled are among them: without those, only its failures would be judged.
        """
        return any(ask.helped for ask in self.asks) and len(self.asks) > 1


def read_rounds() -> list[KeptRound]:
    """Return every round in which somebody was asked, the oldest first."""
    asks = tenancy.across_organisations(Ask, why=_WHY).select_related("round", "wave").order_by("asked_at", "pk")
    failed = _failed_advice()
    by_round: dict[UUID, list[KeptAsk]] = defaultdict(list)
    opened_at: dict[UUID, datetime] = {}
    for ask in asks.iterator():
        opened_at[ask.round_id] = ask.round.opened_at
        by_round[ask.round_id].append(_kept(ask, has_failed=(ask.round.thread_id, ask.person_id) in failed))
    rounds = [KeptRound(opened_at[round_id], tuple(kept)) for round_id, kept in by_round.items()]
    return sorted(rounds, key=lambda kept: kept.opened_at)


def _failed_advice() -> set[tuple[UUID, UUID]]:
    """Return (thread, author) of advice that was tried and did not help."""
    tries = tenancy.across_organisations(Try, why=_WHY).filter(outcome__in=[outcome.value for outcome in _FAILED])
    pairs: Iterable[tuple[UUID, UUID]] = tries.values_list("thread_id", "suggestion__author_id")
    return set(pairs)


def _kept(ask: Ask, *, has_failed: bool) -> KeptAsk:
    return KeptAsk(
        person_id=ask.person_id,
        wave_number=ask.wave.number,
        rank=ask.rank,
        features={name: float(value) for name, value in ask.features.items()},
        is_pushed=not ask.is_silent,
        is_exploration=ask.is_exploration,
        helped=ask.status == AskStatus.ANSWERED and not has_failed,
    )
