"""
Events as a reader gets them.

Source: WHATWG HTML, "Server-sent events", 9.2.6. A block without `data:` dispatches nothing, but its `id:` is kept.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from api_schema.live_events import LiveKind
from backend.live.cursor import Cursor
from backend.live.reading import Told

MEDIA_TYPE: Final = "text/event-stream; charset=utf-8"
_COME_BACK_AFTER_MS: Final = 2000


def beginning(cursor: Cursor) -> bytes:
    """Return the first block: how soon to come back, and where to go on should the link break before any event."""
    return f"retry: {_COME_BACK_AFTER_MS}\nid: {cursor}\n\n".encode()


def event(told: Told) -> bytes:
    """Return the block of one event."""
    return f"id: {told.cursor}\nevent: {told.kind}\ndata: {told.data}\n\n".encode()


def reset(cursor: Cursor, *, now: datetime) -> bytes:
    """Return the block that tells a reader to read the thread again."""
    data = json.dumps({"at": now.isoformat()})
    return f"id: {cursor}\nevent: {LiveKind.RESET}\ndata: {data}\n\n".encode()


def heartbeat(cursor: Cursor) -> bytes:
    """Return the block that shows that the link is alive. It moves the reader's cursor on: that never grows old."""
    return f": still here\nid: {cursor}\n\n".encode()
