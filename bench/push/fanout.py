"""
Ten thousand messages to a push service that answers after 50 ms: our sender beside firebase-admin's own `send_each`.

Ours takes delivery rows from PostgreSQL, looks at each a last time, mints reply tokens, sends, and writes down what
became of it, in as many threads as a push worker has. `send_each` has its messages ready in memory, in chunks of 500,
the most it takes, and keeps nothing. Both run warm, in turns, in this process and against the same server.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.figures import Figure, figure
from bench.push.quick_fcm import quick_fcm
from bench.throw_away_backend import empty_backend

MESSAGES = 10_000
ROUNDS = 3
_WARM_UP = 1_000


def measure() -> dict[str, Figure]:
    """Return `fanout_vs_send_each`, and for insight `fanout_bare_vs_send_each`: the way to FCM without the database."""
    with quick_fcm() as fcm, tempfile.TemporaryDirectory(prefix="cuppa-bench-") as place, empty_backend():
        from bench.push.fanout_sides import (  # noqa: PLC0415  # needs Django set up
            BareSide,
            CuppaSide,
            SdkSide,
            Side,
            messages_a_second,
        )

        key = fcm.write_key(Path(place) / "key.json")
        sides: dict[str, Side] = {
            "Cuppa": CuppaSide(key, fcm.url),
            "without database": BareSide(key, fcm.url),
            "send_each": SdkSide(key, fcm.url),
        }
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for side in sides.values():
            messages_a_second(side, _WARM_UP)
        for _ in range(ROUNDS):
            for name, side in sides.items():
                rates[name].append(messages_a_second(side, MESSAGES))
        assert fcm.taken_count() == len(sides) * (_WARM_UP + ROUNDS * MESSAGES), (
            "something was sent twice, or not at all"
        )
    return {
        name: figure(name, "messages/s", {"ours": rates[ours], "peer": rates["send_each"]})
        for name, ours in (("fanout_vs_send_each", "Cuppa"), ("fanout_bare_vs_send_each", "without database"))
    }


if __name__ == "__main__":
    for each in measure().values():
        print(each)
