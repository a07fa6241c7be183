"""Whether people hear of things: asks, reminders, pushes, and the pages that watch. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backend.doctor.findings import Finding, counted, fine, note, span, wrong
from backend.domain.threads import stuck
from backend.domain.threads.stuck import Late
from backend.live.lag import measure_lag
from notifications import service as notifications

_NOBODY_SWEEPS = "the beat or the jobs worker does not run, or its sweep fails; see the workers' logs."


def examine_asking(*, now: datetime) -> Iterator[Finding]:
    """Yield whether every open thread is looked after."""
    waves, threads = stuck.measure_due_waves(now=now), stuck.measure_due_threads(now=now)
    ended = stuck.measure_ended_ladders()
    if waves.count:
        yield _late("asking", waves, f"{counted(waves.count, 'wave')} due and not fired", now)
    if threads.count:
        yield _late("asking", threads, f"{counted(threads.count, 'open thread')} past due and nobody reminded", now)
    if ended.count:
        yield wrong(
            "asking",
            f"{counted(ended.count, 'round')} open with nobody left to ask, the oldest for {_since(ended, now)}: "
            "its asker waits for nobody. Withdraw the thread or ask again.",
            count=ended.count,
        )
    if not (waves.count or threads.count or ended.count):
        yield fine("asking", "Every open thread has somebody who is asked, or is reminded in time.")


def _late(about: str, late: Late, what: str, now: datetime) -> Finding:
    return wrong(about, f"{what}, the oldest for {_since(late, now)}: {_NOBODY_SWEEPS}", count=late.count)


def _since(late: Late, now: datetime) -> str:
    return span(late.since or now, now)


def examine_pushes(*, now: datetime) -> Iterator[Finding]:
    """Yield whether what people are to be told leaves the house."""
    backlog = notifications.measure_backlog(now=now)
    if backlog.overdue_count:
        yield wrong(
            "pushes",
            f"{counted(backlog.overdue_count, 'message')} due and not sent, the oldest for "
            f"{span(backlog.overdue_since or now, now)}: the push worker does not run, or cannot reach the service.",
            overdue_count=backlog.overdue_count,
        )
    for channel, until in sorted(backlog.paused_until.items()):
        yield note(
            "pushes",
            f"The service behind {channel} asked for quiet: nothing is sent there for {span(now, until)} more.",
            channel=channel,
            until=until.isoformat(),
        )
    if backlog.dead_count:
        yield note(
            "pushes",
            f"{counted(backlog.dead_count, 'message')} given up since yesterday; the inbox has what they told.",
            dead_count=backlog.dead_count,
        )
    if not (backlog.overdue_count or backlog.paused_until):
        yield fine("pushes", "Nothing that may be sent has waited for two minutes.")


def examine_live(*, now: datetime) -> Iterator[Finding]:
    """Yield whether pages that watch a thread hear of things in time."""
    lag = measure_lag(now=now)
    if lag.held_back_since is not None:
        yield wrong(
            "live",
            f"A transaction has been writing for {span(lag.held_back_since, now)}: whoever watches a thread hears of "
            "nothing that came later. Look for it in pg_stat_activity.",
            since=lag.held_back_since.isoformat(),
        )
    if lag.unpurged_count:
        yield wrong(
            "live",
            f"{counted(lag.unpurged_count, 'live event')} older than a day: {_NOBODY_SWEEPS}",
            unpurged_count=lag.unpurged_count,
        )
    if lag.held_back_since is None and not lag.unpurged_count:
        yield fine("live", "Whoever watches a thread hears of things at once.")
