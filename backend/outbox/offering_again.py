"""Offer an event at once, also one that was given up: for whoever mended what its handler failed of."""

from __future__ import annotations

from datetime import datetime

from backend.outbox.models import OutboxEvent


def offer_again(*, event_id: int, now: datetime) -> bool:
    """
    Have the relay offer the event at its next look, its failures counted anew; False: it was handled, or is gone.

    Transaction: joins the caller's or opens its own. Idempotent. A handler that runs at this moment is not disturbed.
    """
    waiting = OutboxEvent.objects.filter(pk=event_id, handled_at=None)
    return waiting.update(dead_at=None, failures=0, offers=0, offer_at=now) == 1
