"""`python -m backend.manage relay_outbox`: the process that keeps the outbox moving."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from backend.jobs.app import publish_events
from backend.outbox.append import CHANNEL
from backend.outbox.relay import offer_due_events

logger = logging.getLogger(__name__)

_POLL_S = 1.0  # a lost notification costs at most this


class Command(BaseCommand):
    help = "Offer outbox events to the workers: at once when one is written, and by a poll every second."

    def handle(self, *_args: Any, **_options: Any) -> None:
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopping.set())
        while not stopping.is_set():
            try:
                _listen()
                while not stopping.is_set():
                    _drain()
                    _wait_for_news()
            except DatabaseError as error:
                logger.warning("the database is not reachable, trying again: %s", error)
                connection.close()
                stopping.wait(_POLL_S)
            except (OperationalError, OSError) as error:
                logger.warning("the broker is not reachable, trying again: %s", error)
                stopping.wait(_POLL_S)


def _listen() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")


def _drain() -> None:
    while offer_due_events(publish=publish_events, now=timezone.now()):
        pass


def _wait_for_news() -> None:
    for _ in connection.connection.notifies(timeout=_POLL_S, stop_after=1):
        pass
