"""Which machine this is, to the others: processes that share `UPLOAD_DIR` are one."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

_FILE = "machine-id"


def machine_id() -> UUID:
    """Return the id of whoever shares our `UPLOAD_DIR`. A directory that is new is a new machine."""
    return _kept_id(Path(settings.UPLOAD_DIR))


@cache
def _kept_id(directory: Path) -> UUID:
    place = directory / _FILE
    ours = place.with_name(f".{_FILE}.{uuid4().hex}")
    ours.write_text(str(uuid4()), encoding="ascii")
    try:
        os.link(ours, place)  # appears whole, and only for the first of several processes that start at once
    except FileExistsError:
        pass  # another process was first, now or years ago
    finally:
        ours.unlink()
    return UUID(place.read_text(encoding="ascii"))
