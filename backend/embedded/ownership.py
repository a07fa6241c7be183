"""Who runs on a `var/`: one at a time, and everybody can ask who."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.embedded.failure import UnableToStart
from backend.embedded.places import Places


@dataclass(frozen=True)
class Owner:
    """The process that holds a `var/`, and where its Cuppa answers."""

    pid: int
    public_url: str
    phones_url: str | None  # of the local FCM, where there is one


def _lock_path(places: Places) -> Path:
    return places.run_dir / "owner"


@contextmanager
def own(places: Places, *, public_url: str, phones_url: str | None = None) -> Iterator[None]:
    """
    Hold `places` until the block ends or this process dies, whichever comes first.

    :raises UnableToStart: somebody else holds them.
    """
    # Append mode: opening must not wipe what the present holder wrote.
    with _lock_path(places).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = find_owner(places)
            where = f" at {owner.public_url}" if owner else ""
            raise UnableToStart(f"A Cuppa already runs on {places.var_dir}{where}; stop it with `make stop`.") from None
        lock.truncate(0)
        lock.write(json.dumps(asdict(Owner(os.getpid(), public_url, phones_url))))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def find_owner(places: Places) -> Owner | None:
    """Return who runs on `places`, or None when nobody does."""
    try:
        with _lock_path(places).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        written = _lock_path(places).read_text()
        return Owner(**json.loads(written)) if written else None
    return None
