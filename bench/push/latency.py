"""
From a committed ask to FCM's receipt of wave 1, on the embedded stack in full, at two asks a second.

The clock starts when PostgreSQL commits the ask, and stops when FCM has the last push of the wave. Both are times of
this machine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from statistics import quantiles

from bench.figures import Figure
from bench.push.asking import ask_steadily
from bench.push.mailbox import Mailbox
from bench.push.running import running_cuppa

ASKS = 300
PER_SECOND = 2.0
_WARM_UP = 10
_PEERS = 60


def measure() -> dict[str, Figure]:
    """Return `ask_to_fcm_p50_s` and `ask_to_fcm_p99_s`."""
    with running_cuppa() as stack:
        from bench.push.crowd import gather  # noqa: PLC0415  # needs Django set up

        crowd = gather(peer_count=_PEERS)
        assert stack.phones_url
        with Mailbox(stack.phones_url) as mailbox:
            ask_steadily(stack.public_url, crowd, count=_WARM_UP, per_second=PER_SECOND)
            threads = ask_steadily(stack.public_url, crowd, count=ASKS, per_second=PER_SECOND)
            mailbox.wait_until_quiet(quiet_s=15, at_most_s=90)
        committed_at, wave_sizes = _committed_at(), _wave_sizes(threads)
    arrived: dict[str, list[datetime]] = defaultdict(list)
    for taken in mailbox.taken:
        arrived[taken.data["thread_id"]].append(taken.received_at)
    late = [thread for thread in threads if len(arrived[thread]) < wave_sizes[thread]]
    assert not late, f"{len(late)} of {len(threads)} waves did not reach FCM whole"
    seconds = [(max(arrived[thread]) - committed_at[thread]).total_seconds() for thread in threads]
    cut = quantiles(seconds, n=100, method="inclusive")
    spread = (
        f"{len(seconds)} asks, {sum(wave_sizes.values())} pushes; least {min(seconds):.3f}, most {max(seconds):.3f}"
    )
    return {
        "ask_to_fcm_p50_s": Figure("ask_to_fcm_p50_s", "s, bar 0.3", round(cut[49], 3), None, None, spread),
        "ask_to_fcm_p99_s": Figure("ask_to_fcm_p99_s", "s, bar 2", round(cut[98], 3), None, None),
    }


def _committed_at() -> dict[str, datetime]:
    """Return when each thread's ask was committed: its round is written in that transaction, and not again."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT thread_id::text, pg_xact_commit_timestamp(xmin) FROM asking_askround")
        return dict(cursor.fetchall())


def _wave_sizes(threads: list[str]) -> dict[str, int]:
    """Return how many the first wave of each thread asked aloud."""
    from backend.domain import tenancy  # noqa: PLC0415
    from backend.domain.asking.models import Ask  # noqa: PLC0415

    asks = tenancy.across_organisations(Ask, why="the measurement looks at what it made").filter(
        round__thread_id__in=threads, wave__number=1, is_silent=False
    )
    return Counter(map(str, asks.values_list("round__thread_id", flat=True)))
