"""
An upload moves from one machine to another while the first still holds a half-open request.

The newcomer asks in the row; each machine with bytes that the bucket lacks looks for such questions with one
query, however many phones it serves, and settles what is asked for. A dead machine is waited for `WAIT_S`.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol
from uuid import UUID
from weakref import WeakSet

from django.db import Error, connection

from backend.domain.errors import DomainError
from backend.integrations.object_errors import ObjectStoreUnavailable
from backend.uploads.models import BucketStaging
from backend.uploads.staging.rows import is_still_wanted, want, wanted_from

log = logging.getLogger(__name__)

WAIT_S = 0.7
_LOOK_EVERY_S = 0.2
_ASK_EVERY_S = 0.05


class Unsettled(Protocol):
    """Something with bytes on this machine only."""

    upload_id: UUID
    machine: UUID

    def settle_for_another(self) -> None: ...


def ask_to_settle(row: BucketStaging, *, machine: UUID) -> None:
    """Wait until another machine, if one holds the upload, has brought all of it into the bucket, or for `WAIT_S`."""
    if row.is_settled or row.holder in {None, machine}:
        return
    want(row)
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and is_still_wanted(row):
        time.sleep(_ASK_EVERY_S)


class Watch:
    """Looks for questions of other machines, in a thread that lives while anything is unsettled."""

    def __init__(self) -> None:
        self._unsettled: WeakSet[Unsettled] = WeakSet()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, one: Unsettled) -> None:
        with self._lock:
            self._unsettled.add(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="handover", daemon=True)
                self._thread.start()

    def remove(self, one: Unsettled) -> None:
        with self._lock:
            self._unsettled.discard(one)

    def _run(self) -> None:
        while held := self._held():
            try:
                _settle_wanted(held)
            except Error as error:  # the database is away: the newcomer cannot ask either
                log.warning("no look for uploads that moved: %s", error)
            finally:
                connection.close()
            del held  # or the uploads of gone requests would never leave the set
            time.sleep(_LOOK_EVERY_S)

    def _held(self) -> list[Unsettled]:
        with self._lock:
            held = list(self._unsettled)
            if not held:
                self._thread = None
            return held


def _settle_wanted(held: list[Unsettled]) -> None:
    wanted = wanted_from({one.machine for one in held})
    for one in held:
        if (one.machine, one.upload_id) in wanted:
            try:
                one.settle_for_another()
            except (DomainError, ObjectStoreUnavailable, OSError) as error:
                log.warning("upload %s could not be handed over: %s", one.upload_id, error)


watch = Watch()
