"""
A thousand asks while sender, relay, jobs worker and broker are killed, one every second or two; the supervisor starts
them again. Afterwards every push that was due must have come to FCM, and no phone may have shown one twice.

A phone shows what it has not shown yet, by collapse id and ask id: so a repeat is seen once if both are equal in it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from types import TracebackType
from typing import Self

from backend.embedded.stack import RunningStack
from bench.figures import Figure
from bench.push.asking import ask_steadily
from bench.push.mailbox import Mailbox, Taken
from bench.push.running import running_cuppa

ASKS = 1000
PER_SECOND = 4.0
SEED = 5
_PEERS = 60
_KILLED = ("push", "relay", "jobs", "redis")
# A message that a killed worker held comes back after 60 s, an event is offered again after 80 s at most by then: what
# does not come for longer than that is lost, not late.
_LATE_S = 100.0
_SETTLE_AT_MOST_S = 600.0  # for a machine that has other things to do; a quiet one needs a tenth of it

Copy = tuple[str, str]  # the address of a phone, and the ask that it is told of


@dataclass
class Killer:
    """Kills a part by `kill -9` every one to two seconds while its block runs. `killed`: how often which."""

    stack: RunningStack
    killed: Counter[str] = field(default_factory=Counter)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._kill_again_and_again)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _kill_again_and_again(self) -> None:
        random = Random(SEED)  # a measurement that can be repeated
        while not self._over.wait(random.uniform(1, 2)):
            pids = {program.name: program.pid for program in self.stack.supervisor.list_programs() if program.pid}
            name = random.choice(_KILLED)
            if name in pids:
                os.kill(pids[name], signal.SIGKILL)
                self.killed[name] += 1


def measure() -> dict[str, Figure]:
    """Return `chaos_lost`, `chaos_sent_twice_share` and `chaos_shown_twice`."""
    with running_cuppa(settle_s=1) as stack:
        from bench.push.crowd import gather  # noqa: PLC0415  # needs Django set up

        crowd = gather(peer_count=_PEERS)
        assert stack.phones_url
        with Mailbox(stack.phones_url) as mailbox:
            with Killer(stack) as killer:
                threads = ask_steadily(stack.public_url, crowd, count=ASKS, per_second=PER_SECOND)
            calm_at = datetime.now(tz=UTC)
            took_s = _wait_for_the_rest(mailbox, threads, calm_at)
        due = _due(threads, calm_at)
    copies = Counter(_copy(taken) for taken in mailbox.taken)
    lost = [copy for copy in due if not copies[copy]]
    twice = [copy for copy in due if copies[copy] > 1]
    deaths = ", ".join(f"{name} {count} ×" for name, count in sorted(killer.killed.items()))
    told = f"{len(due)} pushes of {ASKS} asks; killed: {deaths}; all there {took_s:.0f} s after the last ask"
    return {
        "chaos_lost": Figure("chaos_lost", "pushes, bar 0", len(lost), None, None, told),
        "chaos_sent_twice_share": Figure(
            "chaos_sent_twice_share", "of pushes, bar 0.005", round(len(twice) / len(due), 5), None, None
        ),
        "chaos_shown_twice": Figure("chaos_shown_twice", "pushes, bar 0", _shown_twice(mailbox.taken), None, None),
    }


def _wait_for_the_rest(mailbox: Mailbox, threads: list[str], calm_at: datetime) -> float:
    """Return after how many seconds everything due had come, or nothing came any more."""
    began = came_last = time.monotonic()
    count = len(mailbox.taken)
    while (now := time.monotonic()) < min(began + _SETTLE_AT_MOST_S, came_last + _LATE_S):
        if _all_fired(threads) and _due(threads, calm_at) <= {_copy(taken) for taken in mailbox.taken}:
            break
        mailbox.wait_until_quiet(quiet_s=2, at_most_s=2)
        if len(mailbox.taken) > count:
            count, came_last = len(mailbox.taken), time.monotonic()
    mailbox.wait_until_quiet(quiet_s=3, at_most_s=15)  # repeats of what had come
    return now - began


def _due(threads: list[str], calm_at: datetime) -> set[Copy]:
    """Return what must have come: one push for everybody who was asked aloud by a first wave, however late it fired, or
    by a later one while parts were killed. Later waves go on firing for as long as one waits: those prove nothing.
    """
    from django.db.models import Q  # noqa: PLC0415

    from backend.domain import tenancy  # noqa: PLC0415
    from backend.domain.asking.models import Ask  # noqa: PLC0415

    asks = tenancy.across_organisations(Ask, why="the measurement looks at what it made")
    in_chaos = Q(wave__number=1) | Q(asked_at__lte=calm_at)
    aloud = asks.filter(in_chaos, round__thread_id__in=threads, is_silent=False)
    return {(f"phone-{person_id}", str(ask_id)) for person_id, ask_id in aloud.values_list("person_id", "pk")}


def _all_fired(threads: list[str]) -> bool:
    from backend.domain import tenancy  # noqa: PLC0415
    from backend.domain.asking.models import Wave, WaveStatus  # noqa: PLC0415

    waves = tenancy.across_organisations(Wave, why="the measurement looks at what it made")
    return not waves.filter(round__thread_id__in=threads, number=1, status=WaveStatus.WAITING).exists()


def _copy(taken: Taken) -> Copy:
    return taken.address, taken.data["ask_id"]


def _shown_twice(taken: list[Taken]) -> int:
    """Return how many pushes a phone would have shown more than once."""
    shown = {(*_copy(each), each.data["collapse_id"]) for each in taken}
    return len(shown) - len({_copy(each) for each in taken})
