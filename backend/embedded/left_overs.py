"""What an earlier Cuppa left running on the same `var/` because it was killed before it could stop."""

from __future__ import annotations

import signal

from backend.embedded.environments import STACK_MARK
from backend.embedded.places import Places
from backend.embedded.processes import end_marked_processes, end_recorded_process

# The supervisor stops every program in turn; PostgreSQL alone may take 30 s to write everything.
_SUPERVISOR_STOP_TIMEOUT_S = 60


def end_left_overs(places: Places) -> bool:
    """
    End every process of the stack on `places`, and return whether there was one. Idempotent.

    The caller owns `places`, so whatever runs there belongs to nobody any more. The supervisor goes first, it
    knows the order; then those it lost; the servers last, when nobody uses them.
    """
    ended = end_recorded_process(
        places.run_dir / "supervisord.pid", marked=places.run_dir, timeout_s=_SUPERVISOR_STOP_TIMEOUT_S
    )
    ended |= end_marked_processes(STACK_MARK, str(places.var_dir)) > 0
    for broker in (places.redis, places.media_redis):
        ended |= end_recorded_process(broker.data_dir / "redis.pid", marked=broker.socket_path)
    database = places.postgres
    ended |= end_recorded_process(
        database.data_dir / "postmaster.pid", marked=database.data_dir, stop_signal=signal.SIGINT, timeout_s=30
    )
    return ended
