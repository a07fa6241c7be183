"""Recalls: whoever tried advice that turned out to be unsafe is told, reminded, and acknowledges."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.corrections.models import Correction, Recall, RecallNotice
from backend.domain.corrections.states import RECALL_MOVES, RecallStatus
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from backend.domain.states import move
from backend.domain.threads.models import Thread, Try
from backend.outbox.append import append

REMINDED_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=7))  # then the curator's list only


def begin_recall(thread: Thread, correction: Correction, *, now: datetime) -> Recall:
    """
    Tell everyone who has tried the corrected suggestion, however it went, and whoever is trying it now.

    Nobody is missed: a try that begins meanwhile waits for the thread, and is refused.
    Transaction: required, the correction's, holding the thread; appends `push.requested`.
    """
    recall = tenancy.create(Recall, organisation_id=thread.organisation_id, correction=correction, begun_at=now)
    tries = tenancy.within_organisation(thread.organisation_id, Try).filter(suggestion_id=correction.suggestion_id)
    people = tenancy.within_organisation(thread.organisation_id, Person).filter(is_active=True)
    notices = [
        RecallNotice(
            organisation_id=thread.organisation_id,
            recall=recall,
            person=person,
            told_at=now,
            remind_at=now + REMINDED_AFTER[0],
        )
        for person in people.filter(pk__in=tries.values("person_id")).order_by("pk")
    ]
    for notice in tenancy.create_many(RecallNotice, notices):
        append(_push(notice, correction, thread_id=thread.pk, now=now), now=now)
    return recall


@transaction.atomic
def acknowledge_recall(*, actor: Actor, recall_id: UUID, now: datetime) -> RecallNotice:
    """
    Note that the actor knows that what they tried is unsafe. It counts after the recall was closed, too.

    Transaction: opens its own. Idempotent: the first time stays.

    :raises NotFound: the actor was told of no such recall.
    """
    notices = tenancy.within(actor, RecallNotice).filter(recall_id=recall_id, person_id=actor.person_id)
    notice = notices.select_for_update().first()
    if notice is None:
        raise NotFound("You were told of no recall with this id.")
    if notice.acknowledged_at is None:
        notice.acknowledged_at, notice.remind_at = now, None
        notice.save(update_fields=["acknowledged_at", "remind_at"])
    return notice


@transaction.atomic
def close_recall(*, actor: Actor, recall_id: UUID, reason: str, now: datetime) -> Recall:
    """
    End a recall although not everybody has acknowledged. Nobody is reminded any more.

    :raises NotFound: no such recall in the actor's organisation.
    :raises NotAllowed: the actor may not curate.
    :raises InvalidInput: there is no reason.
    :raises IllegalMove: it is closed already.
    """
    recall = get_recall(actor=actor, recall_id=recall_id)
    if not reason.strip():
        raise InvalidInput(reason="Say why nobody has to be reminded any more.")
    _close(recall, by=actor.person_id, reason=reason.strip(), now=now)
    return recall


def close_with_correction(correction: Correction, *, now: datetime) -> None:
    """End the open recall of a correction that was withdrawn, if there is one. Transaction: joins the caller's."""
    recalls = tenancy.within_organisation(correction.organisation_id, Recall)
    recall = recalls.filter(correction=correction, status=RecallStatus.OPEN).first()
    if recall is not None and correction.withdrawn_by_id is not None:
        _close(recall, by=correction.withdrawn_by_id, reason=correction.withdrawal_reason, now=now)


def get_recall(*, actor: Actor, recall_id: UUID) -> Recall:
    """
    Return a recall with its notices: to those who were not removed, the first told first.

    :raises NotFound: there is none in the actor's organisation.
    :raises NotAllowed: the actor may not curate.
    """
    recall = tenancy.find_in(_with_notices(actor), recall_id)
    if not actor.may_curate:
        raise NotAllowed("Only a curator sees who has acknowledged.")
    return recall


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
    due = notices.select_related("recall__correction__suggestion", "person").filter(pk=notice_id, remind_at__lte=now)
    notice = due.select_for_update(of=("self",)).first()
    if notice is None:
        return False
    later = REMINDED_AFTER[notice.reminders_count + 1 :]
    notice.reminders_count += 1
    notice.remind_at = notice.told_at + later[0] if later and notice.person.is_active else None
    notice.save(update_fields=["reminders_count", "remind_at"])
    correction = notice.recall.correction
    if notice.person.is_active:
        append(_push(notice, correction, thread_id=correction.suggestion.thread_id, now=now), now=now)
    return notice.person.is_active


def _close(recall: Recall, *, by: UUID, reason: str, now: datetime) -> None:
    move(recall, RECALL_MOVES, to=RecallStatus.CLOSED, closed_by_id=by, closed_at=now, close_reason=reason)
    tenancy.within_organisation(recall.organisation_id, RecallNotice).filter(recall=recall).update(remind_at=None)


def _with_notices(actor: Actor) -> QuerySet[Recall]:
    notices = tenancy.within(actor, RecallNotice).filter(person__is_active=True).select_related("person__site")
    shown = Prefetch("notices", queryset=notices.order_by("told_at", "pk"))
    return tenancy.within(actor, Recall).select_related("correction__author__site").prefetch_related(shown)


def _push(notice: RecallNotice, correction: Correction, *, thread_id: UUID, now: datetime) -> PushRequested:
    return PushRequested(
        organisation_id=notice.organisation_id,
        recipient_id=notice.person_id,
        kind=PushKind.SAFETY,
        subject_id=notice.recall_id,
        dedupe_key=f"recall:{notice.recall_id}:{notice.reminders_count}",
        title="What you tried is unsafe: please acknowledge",
        body=f"{correction.what} Instead: {correction.procedure}",
        requested_at=now,
        urgency=PushUrgency.SAFETY,
        data={"thread_id": str(thread_id), "recall_id": str(notice.recall_id)},
    )
