"""Whether the parts answer: database, brokers and who listens behind them, object store, disks."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from celery import Celery
from django.conf import settings
from django.db import connection
from django.db.utils import Error

from backend.doctor.findings import Finding, fine, wrong
from backend.integrations.local_store import LocalStore
from backend.integrations.object_errors import ObjectStoreUnavailable
from backend.integrations.object_store import object_store
from backend.jobs.app import app, media_app
from backend.jobs.listeners import BrokerUnreachable, count_listeners

NEEDED_FREE_BYTES = 1024**3
PATIENCE_S = 10.0  # a worker is there 5 s after its start
_NO_OBJECT = "doctor/is-the-store-there"


def examine_database() -> Finding:
    """Say whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return wrong("database", f"The database does not answer: {_one_line(error)}. Does Cuppa run?")
    return fine("database", "The database answers.")


def examine_brokers() -> tuple[list[Finding], int | None]:
    """Return what is to be said of both brokers, and how many media workers answer; None when nobody can be asked."""
    findings: list[Finding] = []
    listeners: dict[str, int] = {}
    for name, asked, queues in (("broker", app, ("jobs", "push")), ("media broker", media_app, ("media",))):
        try:
            counts = _listeners(asked, queues)
        except BrokerUnreachable as error:
            findings.append(wrong(name, f"The {name} does not answer: {_one_line(error)}."))
            continue
        listeners |= counts
        findings += [_listener(queue, listeners[queue]) for queue in queues]
    return findings, listeners.get("media")


def _listeners(asked: Celery, queues: Collection[str]) -> dict[str, int]:
    """Return how many listen to each queue; a worker that starts, or has its hands full, is given time to say so."""
    until = time.monotonic() + PATIENCE_S
    while True:
        counts = count_listeners(asked)
        if all(counts[queue] for queue in queues) or time.monotonic() >= until:
            return {queue: counts[queue] for queue in queues}


def _listener(queue: str, count: int) -> Finding:
    if count == 0:
        return wrong("workers", f"No worker listens to the queue {queue}.", queue=queue, count=0)
    return fine("workers", f"{count} listening to the queue {queue}.", queue=queue, count=count)


def examine_object_store() -> Finding:
    """Say whether objects can be looked up, and written where that can be seen."""
    store = object_store()
    if isinstance(store, LocalStore) and not os.access(_existing(store.directory), os.W_OK):
        return wrong("object store", f"{store.directory} cannot be written.")
    try:
        store.head(_NO_OBJECT)
    except ObjectStoreUnavailable as error:
        return wrong("object store", f"The object store does not answer: {_one_line(error)}.")
    return fine("object store", "The object store answers.")


def examine_disks() -> Iterator[Finding]:
    """Yield how much room there is for what comes."""
    store = object_store()
    places = [settings.UPLOAD_DIR, *([store.directory] if isinstance(store, LocalStore) else [])]
    for place in places:
        yield _disk(_existing(place))


def _existing(directory: Path) -> Path:
    """Return the directory, or the one in which the first object will make it."""
    return next(place for place in (directory, *directory.parents) if place.is_dir())


def _disk(place: Path) -> Finding:
    free_bytes = shutil.disk_usage(place).free
    says = f"{free_bytes / 1024**3:.1f} GiB are free where {place} is."
    if free_bytes < NEEDED_FREE_BYTES:
        return wrong("disk", f"Only {says} Clips will soon be refused.", free_bytes=free_bytes)
    return fine("disk", says, free_bytes=free_bytes)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
