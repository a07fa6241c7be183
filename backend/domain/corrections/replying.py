"""What can be said of a recall from its notification."""

from __future__ import annotations

from backend.domain.corrections.recalling import acknowledge_recall
from backend.domain.errors import NotFound
from backend.domain.threads.models import ReplyResult
from backend.domain.threads.reply_actions import Became, Heard


def acknowledge(heard: Heard) -> Became:
    """
    Note that the person knows of the recall that this push told them of.

    Transaction: joins the reply's. Idempotent: the first time stays.
    """
    if heard.notified.recall_id is None:
        return Became(ReplyResult.NOT_NEEDED)
    try:
        acknowledge_recall(actor=heard.actor, recall_id=heard.notified.recall_id, now=heard.now)
    except NotFound:
        return Became(ReplyResult.NOT_NEEDED)
    return Became(ReplyResult.ACKNOWLEDGED)
