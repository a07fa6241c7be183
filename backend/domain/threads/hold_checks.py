"""Did the fix hold? The asker is asked 1, 7 and 30 days after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, ngettext

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.threads.models import HoldCheck, Thread
from backend.domain.threads.states import SOLVED_STATUSES
from backend.outbox.append import append

CHECK_AFTER_DAYS = (1, 7, 30)
HELD_AFTER_DAYS = 30  # design, section 2: held is no recurrence for 30 days
_SWEEP_BATCH = 500


def plan_hold_checks(thread: Thread, *, fixed_at: datetime) -> None:
    """
    Plan to ask whether the fix of `fixed_at` held.

    Transaction: joins the caller's. Idempotent per fix.
    """
    checks = [
        HoldCheck(
            organisation_id=thread.organisation_id,
            thread_id=thread.pk,
            fixed_at=fixed_at,
            days=days,
            due_at=fixed_at + timedelta(days=days),
        )
        for days in CHECK_AFTER_DAYS
    ]
    tenancy.create_many(HoldCheck, checks, ignore_conflicts=True)


def drop_hold_checks(thread: Thread, *, now: datetime) -> None:
    """
    Ask no more about a fix that did not hold, and withdraw what was asked. What was answered stays on record.

    Transaction: joins the caller's; appends `push.cancelled`. Idempotent.
    """
    unanswered = tenancy.within_organisation(thread.organisation_id, HoldCheck).filter(thread=thread, has_held=None)
    if unanswered.delete()[0]:
        append(
            PushCancelled(
                organisation_id=thread.organisation_id,
                kind=PushKind.STILL_RUNNING,
                subject_id=thread.pk,
                cancelled_at=now,
            ),
            now=now,
        )


def was_any_answered(thread: Thread) -> bool:
    """Return whether somebody said already whether this fix held."""
    checks = tenancy.within_organisation(thread.organisation_id, HoldCheck).filter(thread=thread)
    return checks.filter(fixed_at=F("thread__fixed_at"), has_held__isnull=False).exists()


def is_about_this_fix(check: HoldCheck, thread: Thread) -> bool:
    """Return whether the thread is still solved by the fix that `check` asks about."""
    return thread.status in SOLVED_STATUSES and thread.fixed_at == check.fixed_at


def ask_due_hold_checks(*, now: datetime) -> int:
    """Ask every check that is due, each in its own transaction: the sweep. Return how many people were asked."""
    due = (
        tenancy.across_organisations(HoldCheck, why="the sweep asks due checks of everybody")
        .filter(asked_at=None, has_held=None, due_at__lte=now)
        .order_by("due_at")
    )
    found = list(due.values_list("organisation_id", "thread_id", "pk")[:_SWEEP_BATCH])
    return sum(_ask(organisation_id, thread_id, check_id, now=now) for organisation_id, thread_id, check_id in found)


@transaction.atomic
def _ask(organisation_id: UUID, thread_id: UUID, check_id: UUID, *, now: datetime) -> bool:
    thread = _locked(organisation_id, thread_id)
    checks = tenancy.within_organisation(organisation_id, HoldCheck).filter(thread=thread)
    check = checks.filter(pk=check_id, asked_at=None, has_held=None).first()
    if check is None:
        return False  # another sweep asked it, or somebody answered in the app, since the list was read
    newer = checks.filter(fixed_at=check.fixed_at, days__gt=check.days, due_at__lte=now)
    if not is_about_this_fix(check, thread) or newer.exists():  # after days without a sweep, one question is enough
        tenancy.same_row(check).delete()
        return False
    tenancy.same_row(check).update(asked_at=now)
    append(_push(thread, check, now=now), now=now)
    return True


def _locked(organisation_id: UUID, thread_id: UUID) -> Thread:
    threads = tenancy.within_organisation(organisation_id, Thread).select_related("asset", "asker")
    return threads.select_for_update(of=("self",)).get(pk=thread_id)


def _push(thread: Thread, check: HoldCheck, *, now: datetime) -> PushRequested:
    with in_their_language(thread.asker.language):
        title = gettext("Still running? %(tag)s") % {"tag": thread.asset.tag}
        fixed = ngettext(
            "You fixed this yesterday: %(title)s", "You fixed this %(days)d days ago: %(title)s", check.days
        )
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.STILL_RUNNING,
        subject_id=thread.pk,
        dedupe_key=f"still-running:{check.pk}",
        title=title,
        body=fixed % {"days": check.days, "title": thread.title},
        requested_at=now,
        data={"thread_id": str(thread.pk), "check_id": str(check.pk)},
        version=thread.version,
    )
