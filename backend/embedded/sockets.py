"""Where Unix sockets live: their paths are limited to about 100 bytes, project folders are not."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from backend.embedded.failure import UnableToStart

# Linux takes 107 bytes, macOS 103.
MAX_SOCKET_PATH_BYTES = 100
LONGEST_SOCKET_NAME = "postgres/.s.PGSQL.5432"


def make_socket_dir(var_dir: Path) -> Path:
    """
    Return a directory for sockets that only this user can write: `run` in `var_dir`, or, when that path is
    too long for a socket, one under the system's temporary directory whose name follows from `var_dir`.

    :raises UnableToStart: the temporary directory's entry belongs to somebody else.
    """
    near = var_dir / "run"
    if _fits(near):
        near.mkdir(mode=0o755, parents=True, exist_ok=True)
        return near
    digest = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]
    far = Path(tempfile.gettempdir()) / f"cuppa-{os.getuid()}-{digest}"
    far.mkdir(mode=0o711, parents=True, exist_ok=True)
    # Anyone may create names in a shared temporary directory: trust the entry only when it is ours.
    if far.is_symlink() or far.stat().st_uid != os.getuid():
        raise UnableToStart(f"{far} belongs to another user; remove it, or move Cuppa to a shorter path.")
    return far


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / LONGEST_SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES
