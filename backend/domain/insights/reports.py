"""Signs that something is not known: faults that were asked about, and searches that found nothing much like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ReportKind(StrEnum):
    THREAD = "thread"
    SEARCH = "search"
    HOWTO = "howto"  # a released one: a sign that nothing lacks


@dataclass(frozen=True)
class Report:
    """
    One sign. `id` is the thread's, the how-to's, or that of the note of a search.

    `terms` are the stems of its title or words, without those that name the machine. A search may name neither model
    nor code; a thread always has a model. `thread_id`: the thread that a how-to was made from.
    """

    id: UUID
    kind: ReportKind
    model_id: UUID | None
    code: str  # normalised, or empty
    terms: frozenset[str]
    at: datetime
    thread_id: UUID | None = None
