"""The secrets of one embedded installation: made once, kept, never printed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "WORKER_KEY")


def load_secrets(path: Path) -> dict[str, str]:
    """
    Return the secrets in `path`, which only its owner can read, adding those that are missing. Idempotent.

    A changed SECRET_KEY would sign everybody out, so what is there is never replaced.
    """
    known = _read(path)
    missing = {name: secrets.token_urlsafe(48) for name in NAMES if name not in known}
    if missing:
        known |= missing
        _write(path, known)
    return known


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def _write(path: Path, values: dict[str, str]) -> None:
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    # In place only when whole: a crash half-way must not leave half a secret.
    beside.replace(path)
