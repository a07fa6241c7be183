"""What can be said of a recall from its notification."""

from __future__ import annotations

from backend.domain.corrections.recalling import acknowledge_recall
from backend.domain.errors import NotFound
from backend.domain.threads.models import ReplyResult
from backend.domain.threads.reply_actions import Became, Heard


def acknowledge(heard: Heard) -> Became:
    """
    Note that the person knows what this push told them of a recall. What was said since is still to be acknowledged.

    Transaction: joins the reply's. Idempotent: the first time stays.
    """
    if heard.notified.recall_id is None:
        return Became(ReplyResult.NOT_NEEDED)
    try:
        notice = acknowledge_recall(
            actor=heard.actor, recall_id=heard.notified.recall_id, told_at=heard.notified.told_at, now=heard.now
        )
    except NotFound:
        return Became(ReplyResult.NOT_NEEDED)
    return Became(ReplyResult.OUTDATED if notice.acknowledged_at is None else ReplyResult.ACKNOWLEDGED)
