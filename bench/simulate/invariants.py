"""What must never happen, looked for in the rows that the month left behind and in the world's own truth of hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from backend.domain import tenancy
from backend.domain.asking.models import Ask
from backend.domain.threads.models import Suggestion
from bench.simulate.community import Record
from bench.simulate.organisation import Staged
from bench.simulate.world import World

_WEEK = timedelta(days=7)


def count_breaches(world: World, staged: Staged, record: Record) -> dict[str, int]:
    """Return by rule how often it was broken."""
    asks = list(
        tenancy.within_organisation(staged.organisation.pk, Ask).select_related("round").order_by("asked_at", "pk")
    )
    pushed = [ask for ask in asks if not ask.is_silent]
    return {
        "asked twice on a thread": _asked_twice(asks),
        "asked after an answer": _asked_after_answer(staged, asks),
        "pushed over budget": _over_budget(world, staged, pushed),
        "pushed outside hours": sum(push.is_outside for push in record.pushes),
    }


def _asked_twice(asks: list[Ask]) -> int:
    times = Counter((ask.round.thread_id, ask.person_id) for ask in asks)
    return sum(count - 1 for count in times.values())


def _asked_after_answer(staged: Staged, asks: list[Ask]) -> int:
    """Count asks of a round that had an answer already. A round begins anew when no answer is left to try."""
    answered: dict[UUID, list[datetime]] = defaultdict(list)
    suggestions = tenancy.within_organisation(staged.organisation.pk, Suggestion)
    for thread_id, at in suggestions.values_list("thread_id", "created_at"):
        answered[thread_id].append(at)
    return sum(any(ask.round.opened_at <= at < ask.asked_at for at in answered[ask.round.thread_id]) for ask in asks)


def _over_budget(world: World, staged: Staged, pushed: list[Ask]) -> int:
    organisation, broken = staged.organisation, 0
    before: dict[UUID, list[datetime]] = defaultdict(list)
    for ask in pushed:
        earlier, person = before[ask.person_id], staged.index_of[ask.person_id]
        this_week = [at for at in earlier if at > ask.asked_at - _WEEK]
        began_at = world.work_began_at(person, ask.asked_at)
        this_shift = [at for at in this_week if began_at is not None and at >= began_at]
        is_over = len(this_week) >= organisation.asks_per_week or len(this_shift) >= organisation.asks_per_shift
        broken += is_over and not ask.is_safety
        earlier.append(ask.asked_at)
    return broken
