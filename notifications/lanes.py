"""
How many threads of a sender each way may keep waiting.

A mail server that falls silent holds a batch for ten seconds. Were every thread of a process held like that, no push
would leave it. So the ways that are slow by nature have one lane a process, and push takes every thread there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from notifications.models import ChannelName

_LANES = {channel.value: Lock() for channel in ChannelName if channel is not ChannelName.FCM}


@contextmanager
def lane(channel: str) -> Iterator[bool]:
    """Take the lane of `channel` while this lasts, without waiting for it; say whether it was free."""
    lock = _LANES.get(channel)
    is_free = lock is None or lock.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if lock is not None and is_free:
            lock.release()
