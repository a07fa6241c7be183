"""Recalls: whoever applied or saw advice that turned out to be unsafe is told, and has to acknowledge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.advice import Advice, advice_of_howto, advice_of_recall
from backend.domain.corrections.models import Correction, Recall, RecallNotice
from backend.domain.corrections.reaching import people_reached
from backend.domain.corrections.recalls import find_recall, get_recall
from backend.domain.corrections.states import RECALL_MOVES, Reach, RecallStatus
from backend.domain.corrections.telling import (
    is_still_unsafe,
    newest_of,
    take_back_pushes,
    tell_of_recall,
    tell_withdrawn,
    was_said_last,
)
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.safety_permissions import Action, Tie, allows, require
from backend.domain.saying import said
from backend.domain.states import move

REMINDED_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=7))  # then the curator's list only


def recall_corrected(advice: Advice, correction: Correction, *, now: datetime) -> Recall:
    """
    Tell everyone who applied the corrected advice, however it went, and whoever saw it.

    One advice has one open recall: a second correction joins it. Its words are told to all, and asked to be
    acknowledged again, once, of those who had acknowledged what was said before.
    Nobody is missed: a try that begins meanwhile waits for the thread, and is refused.
    Transaction: required, the correction's, holding the thread or how-to; appends `push.requested`.
    """
    recall = _open_recall(advice) or _begin(advice, now=now)
    correction.recall = recall
    correction.save(update_fields=["recall"])
    _tell_everyone(recall, advice, by=correction.author_id, now=now)
    return recall


@transaction.atomic
def recall_retired(*, organisation_id: UUID, howto_id: UUID, version_number: int, now: datetime) -> Recall | None:
    """
    Tell everyone who worked by a how-to, or saw it, that a version of it was taken out because it may hurt somebody.

    None when it was not taken out for that. A recall that is open already says so, too.
    Tenancy: the how-to is looked up in `organisation_id`.
    Transaction: opens its own or joins the caller's, and holds the how-to; appends `push.requested`.
    Idempotent: one version is recalled once.
    """
    howtos = tenancy.within_organisation(organisation_id, HowTo).select_for_update(of=("self",))
    howto = howtos.filter(pk=howto_id).first()
    versions = tenancy.within_organisation(organisation_id, HowToVersion).filter(howto=howto, retired_for_safety=True)
    version = versions.filter(number=version_number).first()
    recalls = tenancy.within_organisation(organisation_id, Recall)
    if howto is None or version is None or recalls.filter(retired_version=version).exists():
        return None
    advice = advice_of_howto(howto, version)
    recall = _open_recall(advice) or _begin(advice, now=now)
    recall.retired_version, recall.reason = version, version.retire_reason
    recall.save(update_fields=["retired_version", "reason"])
    assert version.retired_by_id is not None  # a check constraint says so
    _tell_everyone(recall, advice, by=version.retired_by_id, now=now)
    return recall


@transaction.atomic
def acknowledge_recall(
    *, actor: Actor, recall_id: UUID, told_at: datetime | None = None, now: datetime
) -> RecallNotice:
    """
    Note that the actor knows that what they tried or saw is unsafe. It counts after the recall was closed, too.

    `told_at`: when they were told what they have read; None: they have read what stands now. When something new was
    said since, only the earlier words are noted as acknowledged, and `acknowledged_at` stays None.
    Transaction: opens its own; appends `push.cancelled`, so that their other phones stop showing it. Idempotent: the
    first time stays, until something new is said.

    :raises NotFound: the actor was told of no such recall.
    """
    notices = tenancy.within(actor, RecallNotice).filter(recall_id=recall_id, person_id=actor.person_id)
    notice = notices.select_related("recall").select_for_update(of=("self",)).first()
    action, ties = Action.ACKNOWLEDGE_RECALL, {Tie.TOLD}
    if notice is None or not allows(actor, action, notice.recall.status, ties=ties):
        raise NotFound("You were told of no recall with this id.")
    if notice.acknowledged_at is None and told_at is not None and told_at < notice.told_at:
        notice.earlier_acknowledged_at = notice.earlier_acknowledged_at or now
        notice.save(update_fields=["earlier_acknowledged_at"])
    elif notice.acknowledged_at is None:
        notice.acknowledged_at, notice.remind_at = now, None
        notice.save(update_fields=["acknowledged_at", "remind_at"])
        take_back_pushes([notice], now=now)
    return notice


@transaction.atomic
def close_recall(*, actor: Actor, recall_id: UUID, reason: str, now: datetime) -> Recall:
    """
    End a recall although not everybody has acknowledged. Nobody is reminded any more, and no phone shows it.

    Transaction: opens its own; appends `push.cancelled`.

    :raises NotFound: no such recall in the actor's organisation.
    :raises NotAllowed: the actor may not curate.
    :raises InvalidInput: there is no reason.
    :raises IllegalMove: it is closed already.
    """
    recall = find_recall(actor=actor, recall_id=recall_id)
    require(actor, Action.CLOSE_RECALL, recall.status, refusal=said("Only a curator may close a recall."))
    if not reason.strip():
        raise InvalidInput(reason="Say why nobody has to be reminded any more.")
    _close(recall, by=actor.person_id, reason=reason.strip(), now=now)
    return get_recall(actor=actor, recall_id=recall_id)


def take_back(correction: Correction, *, now: datetime) -> None:
    """
    Tell those who were told of an unsafe correction that it is withdrawn, and why; end its recall if that was all.

    Transaction: joins the caller's, which holds the thread or how-to; appends `push.requested` and `push.cancelled`.
    """
    recalls = tenancy.within_organisation(correction.organisation_id, Recall)
    recall = recalls.select_related("suggestion__thread", "howto").filter(corrections=correction).first()
    if recall is None:
        return
    advice = advice_of_recall(recall)
    tell_withdrawn(recall, correction, advice, now=now)
    if recall.status != RecallStatus.OPEN:
        return
    if is_still_unsafe(recall):
        _tell_what_stands(recall, correction, advice, now=now)
        return
    assert correction.withdrawn_by_id is not None  # a check constraint says so
    _close(recall, by=correction.withdrawn_by_id, reason=correction.withdrawal_reason, now=now)


def _tell_what_stands(recall: Recall, withdrawn: Correction, advice: Advice, *, now: datetime) -> None:
    """Have the phones that show words which were withdrawn show those that still stand."""
    if not was_said_last(recall, withdrawn):
        return
    notices = tenancy.within_organisation(recall.organisation_id, RecallNotice).filter(recall=recall)
    unread = notices.filter(acknowledged_at=None, person__is_active=True)
    unread.update(told_at=now, reminders_count=0, remind_at=now + REMINDED_AFTER[0])
    newest = newest_of(recall)
    for notice in unread.select_related("person").order_by("reach", "person_id"):
        tell_of_recall(notice, recall, advice, newest, now=now)


def _open_recall(advice: Advice) -> Recall | None:
    recalls = tenancy.within_organisation(advice.organisation_id, Recall)
    return recalls.filter(status=RecallStatus.OPEN, **advice.columns).first()


def _begin(advice: Advice, *, now: datetime) -> Recall:
    return tenancy.create(Recall, organisation_id=advice.organisation_id, begun_at=now, **advice.columns)


def _tell_everyone(recall: Recall, advice: Advice, *, by: UUID, now: datetime) -> None:
    reached = people_reached(advice, by=by)
    notices = tenancy.within_organisation(recall.organisation_id, RecallNotice).filter(recall=recall)
    _ask_again(recall, now=now)
    _note(recall, reached, now=now)
    newest, told = newest_of(recall), notices.filter(person__is_active=True).select_related("person")
    # `applied` sorts before `viewed`: whoever may have done it is told before whoever only saw it.
    for notice in told.order_by("reach", "person_id"):
        tell_of_recall(notice, recall, advice, newest, now=now)


def _ask_again(recall: Recall, *, now: datetime) -> None:
    notices = tenancy.within_organisation(recall.organisation_id, RecallNotice).filter(recall=recall)
    notices.update(
        told_at=now,
        reminders_count=0,
        remind_at=now + REMINDED_AFTER[0],
        earlier_acknowledged_at=Coalesce(F("acknowledged_at"), F("earlier_acknowledged_at")),
        acknowledged_at=Value(None),
    )


def _note(recall: Recall, reached: Mapping[UUID, Reach], *, now: datetime) -> None:
    rows = [
        RecallNotice(
            organisation_id=recall.organisation_id,
            recall=recall,
            person_id=person_id,
            reach=reach,
            told_at=now,
            remind_at=now + REMINDED_AFTER[0],
        )
        for person_id, reach in reached.items()
    ]
    tenancy.create_many(RecallNotice, rows, ignore_conflicts=True)


def _close(recall: Recall, *, by: UUID, reason: str, now: datetime) -> None:
    move(recall, RECALL_MOVES, to=RecallStatus.CLOSED, closed_by_id=by, closed_at=now, close_reason=reason)
    notices = tenancy.within_organisation(recall.organisation_id, RecallNotice).filter(recall=recall)
    notices.update(remind_at=None)
    take_back_pushes(notices.filter(acknowledged_at=None).order_by("person_id"), now=now)
