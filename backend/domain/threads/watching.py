"""What whoever watches a thread hears of answers and tries. Moves, asks and claims are told where they happen."""

from __future__ import annotations

from datetime import datetime

from api_schema.live_events import LiveKind
from backend.domain.threads.models import Suggestion, Try
from backend.live.append import tell


def tell_of_answer(suggestion: Suggestion, *, now: datetime) -> None:
    """Tell who answered. Transaction: required, the answer's."""
    tell(
        organisation_id=suggestion.organisation_id,
        thread_id=suggestion.thread_id,
        kind=LiveKind.ANSWERED,
        now=now,
        suggestion_id=str(suggestion.pk),
        name=suggestion.author.name,
        job_title=suggestion.author.job_title,
    )


def tell_of_try(attempt: Try, *, now: datetime) -> None:
    """Tell that a try has begun, or how it ended. Transaction: required, the try's."""
    tell(
        organisation_id=attempt.organisation_id,
        thread_id=attempt.thread_id,
        kind=LiveKind.TRIED,
        now=now,
        try_id=str(attempt.pk),
        suggestion_id=str(attempt.suggestion_id),
        outcome=attempt.outcome,
    )
