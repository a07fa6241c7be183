"""The settings with which the Cuppa on a `var/` was started. A command in another terminal would know only its own."""

from __future__ import annotations

import json
import os
from pathlib import Path

from backend.embedded.environments import backend_environment, minimal_environment
from backend.embedded.places import Places


def keep_settings(places: Places, *, public_url: str, phones_url: str | None) -> None:
    """Write down what the backend's processes are told, secrets included, so that only its owner can read it."""
    path = _path(places)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(backend_environment(places, public_url=public_url, phones_url=phones_url), file)


def environment_of_running(places: Places) -> dict[str, str]:
    """Return the environment of a backend process of the Cuppa that runs on `places`, whatever is set here."""
    kept: dict[str, str] = json.loads(_path(places).read_text())
    return minimal_environment(places) | kept


def _path(places: Places) -> Path:
    return places.run_dir / "settings.json"
