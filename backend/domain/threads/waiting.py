"""What time does to threads that wait: waves fire, claims run out, and nothing lies for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.asking.firing import Climb
from backend.domain.asking.models import Ask, AskRound, RoundStatus, Wave, WaveStatus
from backend.domain.asking.places import latest_wave
from backend.domain.asking.planning import wake
from backend.domain.asking.reaching import Reachable, everybody
from backend.domain.asking.standing import latest_round
from backend.domain.threads.models import Thread
from backend.domain.threads.owning import lock_thread, lock_thread_of_wave, settle_owner
from backend.domain.threads.reminding import remind_owner, take_from_claimer
from backend.domain.threads.states import OPEN_STATUSES, ThreadStatus

_SWEEP_BATCH = 500


@transaction.atomic
def fire_wave(*, organisation_id: UUID, wave_id: UUID, now: datetime, reachable: Reachable = everybody) -> list[Ask]:
    """
    Ask the people whose turn has come on this wave's thread; see `Climb`. Return the new asks, best first.

    Tenancy: the wave is looked up in the organisation. `reachable`: who would hear of an ask outside the inbox.
    Transaction: opens its own; the asks, their `push.requested` and the thread's new owner are one.
    Idempotent: a wave fires once. Not yet due, held back, or the asking is over: nobody is asked.
    """
    thread = lock_thread_of_wave(organisation_id=organisation_id, wave_id=wave_id)
    if thread is None or thread.status != ThreadStatus.ASKED:
        return []
    round_ = latest_round(organisation_id=organisation_id, thread_id=thread.pk)
    if round_ is None or round_.status != RoundStatus.OPEN:
        return []
    asks = Climb(round_, reachable=reachable, version=thread.version, now=now).run()
    settle_owner(thread, round_, now=now)
    return asks


def fire_due_waves(*, now: datetime, reachable: Reachable = everybody) -> int:
    """Fire every wave that is due, each in its own transaction: the sweep. Return how many were looked at."""
    due = tenancy.across_organisations(Wave, why="the sweep fires due waves of everybody").filter(
        status=WaveStatus.WAITING, due_at__lte=now, round__status=RoundStatus.OPEN
    )
    waves = list(due.order_by("due_at", "number").values_list("organisation_id", "pk")[:_SWEEP_BATCH])
    return _each(
        waves,
        lambda organisation_id, wave_id: fire_wave(
            organisation_id=organisation_id, wave_id=wave_id, now=now, reachable=reachable
        ),
    )


def look_after_due_threads(*, now: datetime) -> int:
    """
    Look after every open thread that is past its due time, each in its own transaction: the sweep.

    While waves run, whose it is follows from them: a claim has run out, and whoever declined meanwhile may be replaced.
    On the gap list a claim that ran out gives it back. Else its owner is reminded; see `reminding`.
    Return how many were looked at.
    """
    due = tenancy.across_organisations(Thread, why="the sweep looks after threads of everybody").filter(
        status__in=OPEN_STATUSES, next_due_at__lte=now
    )
    threads = list(due.order_by("next_due_at").values_list("organisation_id", "pk")[:_SWEEP_BATCH])
    return _each(threads, lambda organisation_id, thread_id: _look_after(organisation_id, thread_id, now=now))


def _each(found: Sequence[tuple[UUID, UUID]], step: Callable[[UUID, UUID], object]) -> int:
    """
    Take the step for each. Return how many there were.

    :raises ExceptionGroup: some went wrong; the others had their turn all the same.
    """
    failures: list[Exception] = []
    for organisation_id, row_id in found:
        try:
            step(organisation_id, row_id)
        except Exception as failure:  # noqa: BLE001 - raised below: one broken thread must not hold up the rest
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(found)} could not be looked after", failures)
    return len(found)


@transaction.atomic
def _look_after(organisation_id: UUID, thread_id: UUID, *, now: datetime) -> None:
    thread = lock_thread(organisation_id=organisation_id, thread_id=thread_id)
    if thread is None or thread.next_due_at is None or thread.next_due_at > now:
        return  # somebody moved it since the list was read
    round_ = latest_round(organisation_id=organisation_id, thread_id=thread_id)
    if round_ is not None and round_.status == RoundStatus.OPEN:
        settle_owner(thread, round_, now=now)
        _look_at_places(round_, now=now)
    elif round_ is None or not take_from_claimer(thread, round_, now=now):
        remind_owner(thread, now=now)


def _look_at_places(round_: AskRound, *, now: datetime) -> None:
    """Have the latest wave looked at: while somebody was on it, nobody took the places of whoever declined."""
    wave = latest_wave(round_)
    if wave is not None:
        wake(wave, now=now)
