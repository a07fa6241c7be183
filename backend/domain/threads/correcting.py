"""What a thread knows of the corrections that are pinned on its suggestions."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from backend.domain.errors import DomainError
from backend.domain.threads.indexing import index_thread
from backend.domain.threads.models import Suggestion, Thread


class AdviceRecalled(DomainError):
    """It was found to be unsafe: nobody may try it. `facts` hold what is right instead."""

    code = "advice_recalled"


class StandingCorrection(Protocol):
    """What this area knows of a correction, which stands above it."""

    what: str
    why: str
    procedure: str


def mark_corrected(
    thread: Thread,
    suggestion: Suggestion,
    *,
    corrected_at: datetime | None,
    recalled_at: datetime | None,
    now: datetime,
) -> None:
    """
    Note since when a suggestion is corrected, and since when it is unsafe; None: it is not.

    Transaction: required, holding the thread. Idempotent.
    """
    suggestion.corrected_at, suggestion.recalled_at = corrected_at, recalled_at
    suggestion.save(update_fields=["corrected_at", "recalled_at"])
    index_thread(thread, now=now)


def check_not_recalled(suggestion: Suggestion) -> None:
    """
    Let pass what may be tried.

    :raises AdviceRecalled: it was corrected as unsafe.
    """
    if suggestion.recalled_at is None:
        return
    unsafe = suggestion.corrections.filter(status="standing", severity="unsafe")
    correction = unsafe.order_by("-corrected_at").first()
    facts = {"what": correction.what, "why": correction.why, "procedure": correction.procedure} if correction else {}
    raise AdviceRecalled("This was found to be unsafe. Read what is right instead.", **facts)


def standing_corrections(suggestion: Suggestion) -> list[StandingCorrection]:
    """Return what stands against a suggestion, the oldest first. One query where something does, else none."""
    if suggestion.corrected_at is None:
        return []
    return list(suggestion.corrections.filter(status="standing").order_by("corrected_at", "pk"))
