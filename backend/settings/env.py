"""
The one reader of environment variables. A missing or malformed value stops the process with a sentence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadEnvironment(SystemExit):
    """A setting is missing or malformed. Raised at start-up only; the text names the variable."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable `name`; without `default` it must be set and not empty."""
    value = os.environ.get(name) or default
    if value is None:
        raise BadEnvironment(f"{name} is not set. See docs/running.md.")
    return value


def optional_text(name: str) -> str | None:
    """Return the variable `name`, or None when it is unset or empty."""
    return os.environ.get(name) or None


def whole_number(name: str, default: int) -> int:
    """Return the variable `name` as an int."""
    raw = text(name, str(default))
    try:
        return int(raw)
    except ValueError:
        raise BadEnvironment(f"{name} must be a whole number, not {raw!r}.") from None


def switch(name: str, *, default: bool) -> bool:
    """Return whether the variable `name` is `on`; anything but `on` and `off` is a mistake."""
    raw = text(name, "on" if default else "off")
    if raw not in {"on", "off"}:
        raise BadEnvironment(f"{name} must be on or off, not {raw!r}.")
    return raw == "on"


def directory(name: str, default: str | None = None) -> Path:
    """Return the variable `name` as an absolute path, made when it is missing."""
    path = Path(text(name, default)).expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


@dataclass(frozen=True)
class DatabaseAddress:
    name: str
    user: str
    password: str
    host: str
    port: str


def database(name: str = "DATABASE_URL") -> DatabaseAddress:
    """Return the parts of a `postgresql://user:password@host:port/name` address; `?host=/dir` names a Unix socket."""
    parts = urlsplit(text(name))
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise BadEnvironment(f"{name} must look like postgresql://user@host/name.")
    query = dict(parse_qsl(parts.query))
    return DatabaseAddress(
        name=unquote(parts.path[1:]),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=query.get("host") or parts.hostname or "",
        port=query.get("port") or str(parts.port or ""),
    )
