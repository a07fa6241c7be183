"""Who has seen that they were asked: the asker's clock counts them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from api_schema.live_events import LiveKind
from backend.domain import tenancy
from backend.domain.asking.models import Ask
from backend.live.append import tell


@transaction.atomic
def note_seen(*, ask_id: UUID, now: datetime) -> bool:
    """
    Note that the person who was asked has seen it, and tell whoever watches the thread how many of those asked with a
    push have. Return whether this was the first time.

    The caller has verified that it is their ask: by a reply token, or by the session.
    Transaction: opens its own, or joins the caller's. Idempotent: the first time counts.
    """
    asks = tenancy.across_organisations(Ask, why="a reply token names the ask, and the ask its organisation")
    if not asks.filter(pk=ask_id, seen_at=None).update(seen_at=now):
        return False
    ask = asks.select_related("round").get(pk=ask_id)
    if ask.is_silent:
        return True  # the asker was not told that they were asked
    seen_count = asks.filter(round_id=ask.round_id, is_silent=False, seen_at__isnull=False).count()
    tell(
        organisation_id=ask.organisation_id,
        thread_id=ask.round.thread_id,
        kind=LiveKind.SEEN,
        now=now,
        seen_count=seen_count,
    )
    return True
