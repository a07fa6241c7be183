"""
The one reader of environment variables. A missing or malformed value stops the process with a sentence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


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


@dataclass(frozen=True)
class MailServer:
    """Where e-mail goes: an SMTP server, or, for development, files in `directory`."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    security: Literal["starttls", "tls", "none"] = "none"
    directory: Path | None = None


_MAIL_SCHEMES: dict[str, tuple[Literal["starttls", "tls", "none"], int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}


def mail_server(name: str) -> MailServer | None:
    """
    Return the parts of a mail server's address, or None when the variable is unset.

    `smtp://user:password@host:587` speaks STARTTLS, `smtps://` TLS from the first byte, `smtp+plain://` neither;
    `file:/directory` writes every e-mail to a file.
    """
    raw = optional_text(name)
    if raw is None:
        return None
    if raw.startswith("file:/"):
        return MailServer(directory=Path(raw.removeprefix("file:")))
    parts = urlsplit(raw)
    if parts.scheme not in _MAIL_SCHEMES or not parts.hostname:
        raise BadEnvironment(f"{name} must look like smtp://user:password@host:587, smtps://… or file:/directory.")
    security, port = _MAIL_SCHEMES[parts.scheme]
    return MailServer(
        host=parts.hostname,
        port=_port(name, parts) or port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
    )


def object_origins(object_store: str, *, endpoint_url: str | None, region: str) -> list[str]:
    """Return the origins from which browsers load objects; none when they come from here (`dir:`)."""
    if not object_store.startswith("s3://"):
        return []
    if endpoint_url:
        parts = urlsplit(endpoint_url)
        return [f"{parts.scheme}://{parts.netloc}"]
    bucket = object_store.removeprefix("s3://").strip("/")
    return [f"https://{bucket}.s3.{region}.amazonaws.com", f"https://{bucket}.s3.amazonaws.com"]


EMBEDDER_KINDS = ("sentence-transformers", "fastembed")


@dataclass(frozen=True)
class EmbedderChoice:
    """Which library embeds texts, and with which model."""

    kind: str
    model: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.model}"


def embedder(name: str) -> EmbedderChoice | None:
    """Return the variable `name`: `sentence-transformers:MODEL` or `fastembed:MODEL`; None when it is unset."""
    raw = optional_text(name)
    if raw is None:
        return None
    kind, _, model = raw.partition(":")
    if kind not in EMBEDDER_KINDS or not model:
        raise BadEnvironment(f"{name} must look like sentence-transformers:MODEL or fastembed:MODEL, not {raw!r}.")
    return EmbedderChoice(kind, model)


def _port(name: str, parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise BadEnvironment(f"{name} names a port that is none: a number from 1 to 65535 was expected.") from None
