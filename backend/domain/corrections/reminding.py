"""Whoever has not acknowledged a recall is reminded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.corrections.advice import advice_of_recall
from backend.domain.corrections.models import RecallNotice
from backend.domain.corrections.recalling import REMINDED_AFTER
from backend.domain.corrections.telling import newest_of, tell_of_recall


def remind_of_recalls(*, now: datetime) -> int:
    """
    Remind whoever has not acknowledged for 1, 3 and 7 days; return how many were reminded.

    Transaction: its own for each. Safe when run twice at once.
    """
    notices = tenancy.across_organisations(RecallNotice, why="the sweep reminds people of every organisation")
    due = list(notices.filter(remind_at__lte=now).order_by("remind_at").values_list("pk", flat=True))
    return sum(_remind(notice_id, now=now) for notice_id in due)


@transaction.atomic
def _remind(notice_id: UUID, *, now: datetime) -> bool:
    notices = tenancy.across_organisations(RecallNotice, why="it is the sweep's, by its id")
    due = notices.select_related("recall__suggestion__thread", "recall__howto", "person")
    notice = due.filter(pk=notice_id, remind_at__lte=now).select_for_update(of=("self",)).first()
    if notice is None:
        return False
    later = REMINDED_AFTER[notice.reminders_count + 1 :]
    notice.reminders_count += 1
    notice.remind_at = notice.told_at + later[0] if later and notice.person.is_active else None
    notice.save(update_fields=["reminders_count", "remind_at"])
    if notice.person.is_active:
        recall = notice.recall
        tell_of_recall(notice, recall, advice_of_recall(recall), newest_of(recall), now=now)
    return notice.person.is_active
