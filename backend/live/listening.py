"""The one database connection of a web process that hears when something is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
from django.db import connection

from backend.live.append import CHANNEL

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0
_ADDRESS = ("host", "port", "dbname", "user", "password")

logger = logging.getLogger(__name__)


async def heard() -> AsyncIterator[UUID | None]:
    """
    Yield the thread of each notification, and None when it begins to listen: anything may have happened before that.

    Goes on for ever: a lost connection is made anew, sooner at first than later.
    """
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            async with await _connect() as listening:
                await listening.execute(f"LISTEN {CHANNEL}")
                yield None
                pause_s = _FIRST_PAUSE_S
                async for notification in listening.notifies():
                    yield UUID(notification.payload)
        except psycopg.Error as error:
            logger.warning("live events are not heard, listening again in %s s: %s", pause_s, error)
        await asyncio.sleep(pause_s)
        pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)


async def _connect() -> psycopg.AsyncConnection[tuple[object, ...]]:
    address = {name: value for name, value in connection.get_connection_params().items() if name in _ADDRESS}
    return await psycopg.AsyncConnection.connect(
        **address,
        autocommit=True,
        application_name="cuppa live",
        connect_timeout=5,
        # Nothing may come for hours: a host that went away is noticed within half a minute.
        keepalives_idle=15,
        keepalives_interval=5,
        keepalives_count=3,
    )
