"""Where a reader is in what happened: the `id:` of each event, and what a client sends back as `Last-Event-ID`."""

from __future__ import annotations

import re
from typing import NamedTuple

_WRITTEN = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


class Cursor(NamedTuple):
    """Behind the event `id` of the transaction `xid`. Compares as the events are ordered."""

    xid: int
    id: int = 0  # 0: before the first event of that transaction

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}"


def parse_cursor(written: str) -> Cursor | None:
    """Return the cursor that a client sent back, None when it is none of ours."""
    found = _WRITTEN.fullmatch(written)
    return Cursor(int(found[1]), int(found[2])) if found else None
