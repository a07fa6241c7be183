"""What must never happen, looked for in the rows that the month left behind and in the world's own truth of hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from backend.domain import tenancy
from backend.domain.asking.models import Ask, AskRound, Wave, WaveStatus
from backend.domain.threads.models import Suggestion
from bench.simulate.community import Record
from bench.simulate.organisation import Staged
from bench.simulate.world import World

_WEEK = timedelta(days=7)


def count_breaches(world: World, staged: Staged, record: Record) -> dict[str, int]:
    """Return by rule how often it was broken."""
    asks = list(tenancy.within_organisation(staged.organisation.pk, Ask).select_related("round"))
    aloud = _named_aloud(staged)
    told = [(ask.round, ask.asked_at) for ask in asks]
    told += [(wave.round, wave.fired_at) for wave in aloud if wave.fired_at is not None]
    return {
        "asked twice on a thread": _repeated((ask.round.thread_id, ask.person_id) for ask in asks),
        "told twice in one asking that it is theirs": _repeated((wave.round_id, wave.names_id) for wave in aloud),
        "asked or told after an answer": _after_answer(staged, told),
        "pushed over budget": _over_budget(world, staged, record),
        "pushed outside hours": sum(push.is_outside for push in record.pushes),
    }


def _named_aloud(staged: Staged) -> list[Wave]:
    """Return the waves that told somebody by a push that a thread is theirs."""
    waves = tenancy.within_organisation(staged.organisation.pk, Wave).filter(status=WaveStatus.FIRED, is_silent=False)
    return list(waves.filter(names__isnull=False).select_related("round"))


def _repeated(things: Iterable[Hashable]) -> int:
    return sum(count - 1 for count in Counter(things).values())


def _after_answer(staged: Staged, told: Iterable[tuple[AskRound, datetime]]) -> int:
    """Count those of a round that had an answer already. A round begins anew when no answer is left to try."""
    answered: dict[UUID, list[datetime]] = defaultdict(list)
    suggestions = tenancy.within_organisation(staged.organisation.pk, Suggestion)
    for thread_id, at in suggestions.values_list("thread_id", "created_at"):
        answered[thread_id].append(at)
    return sum(any(round_.opened_at <= at < told_at for at in answered[round_.thread_id]) for round_, told_at in told)


def _over_budget(world: World, staged: Staged, record: Record) -> int:
    """Count pushes that came on top of a whole budget: those that ask, and those that say that a thread is theirs."""
    organisation, broken = staged.organisation, 0
    before: dict[int, list[datetime]] = defaultdict(list)
    for push in record.pushes:  # in the order of their time
        pushed_at, earlier = world.now(push.seconds), before[push.person]
        this_week = [at for at in earlier if at > pushed_at - _WEEK]
        began_at = world.work_began_at(push.person, pushed_at)
        this_shift = [at for at in this_week if began_at is not None and at >= began_at]
        is_over = len(this_week) >= organisation.asks_per_week or len(this_shift) >= organisation.asks_per_shift
        broken += is_over and world.faults[push.fault].urgency != "safety"
        earlier.append(pushed_at)
    return broken
