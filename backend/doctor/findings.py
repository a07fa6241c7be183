"""What the doctor says about one thing: plain sentences for a person, the facts behind them for a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    WRONG = "wrong"  # somebody must do something
    NOTE = "note"  # good to know
    FINE = "fine"


@dataclass(frozen=True)
class Finding:
    level: Level
    about: str  # "media", "outbox", …
    says: str
    facts: dict[str, object] = field(default_factory=dict)


def wrong(about: str, says: str, **facts: object) -> Finding:
    return Finding(Level.WRONG, about, says, facts)


def note(about: str, says: str, **facts: object) -> Finding:
    return Finding(Level.NOTE, about, says, facts)


def fine(about: str, says: str, **facts: object) -> Finding:
    return Finding(Level.FINE, about, says, facts)


def span(since: datetime, now: datetime) -> str:
    """Return for how long something has been so, as people say it."""
    seconds = max(0, round((now - since).total_seconds()))
    for size_s, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size_s:
            return f"{seconds // size_s} {name}s"
    return counted(seconds, "second")


def counted(count: int, what: str) -> str:
    """Return `1 clip`, `2 clips`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
