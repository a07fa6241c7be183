"""What can be asked about recalls, by those who curate."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.models import Correction, Recall, RecallNotice
from backend.domain.corrections.states import RecallStatus
from backend.domain.errors import NotFound
from backend.domain.safety_permissions import Action, require, rows_allowed
from backend.domain.saying import said

_REFUSAL = said("Only a curator sees who has acknowledged.")
_STAYS = Q(notices__person__is_active=True)


def list_recalls(*, actor: Actor, is_open: bool | None = None) -> QuerySet[Recall]:
    """
    Return recalls with their corrections, `told_count` and `acknowledged_count` of those who were not removed.

    `is_open`: only those that are, or are not. Two queries, whatever the number.

    :raises NotAllowed: the actor may not curate.
    """
    require(actor, Action.READ_RECALL, RecallStatus.OPEN, refusal=_REFUSAL)
    recalls = _recalls(actor).filter(rows_allowed(actor, Action.READ_RECALL, columns={}))
    if is_open is not None:
        recalls = recalls.filter(status=RecallStatus.OPEN if is_open else RecallStatus.CLOSED)
    return recalls


def get_recall(*, actor: Actor, recall_id: UUID) -> Recall:
    """
    Return a recall as the list does, with its notices: to those who were not removed, the first told first.

    :raises NotFound: there is none in the actor's organisation.
    :raises NotAllowed: the actor may not curate.
    """
    notices = tenancy.within(actor, RecallNotice).filter(person__is_active=True).select_related("person__site")
    shown = Prefetch("notices", queryset=notices.order_by("reach", "person_id"))
    recall = tenancy.find_in(_recalls(actor).prefetch_related(shown), recall_id)
    require(actor, Action.READ_RECALL, recall.status, refusal=_REFUSAL)
    return recall


def get_own_notice(*, actor: Actor, recall_id: UUID) -> RecallNotice:
    """
    Return what the actor was told of a recall, with it and its corrections.

    :raises NotFound: there is no such recall in the actor's organisation, or they were not told of it.
    """
    notice = tenancy.within(actor, RecallNotice).filter(recall_id=recall_id, person_id=actor.person_id).first()
    if notice is None:
        raise NotFound("You were told of no such recall.")
    notice.recall = tenancy.find_in(_recalls(actor), recall_id)
    return notice


def title_of(recall: Recall) -> str:
    """Return the title of what a recall of the list is of, without another query."""
    if recall.suggestion is not None:
        return recall.suggestion.thread.title
    versions = [recall.retired_version, *(correction.version for correction in recall.corrections.all())]
    return next((version.title for version in reversed(versions) if version is not None), "")


def find_recall(*, actor: Actor, recall_id: UUID) -> Recall:
    """
    Return the bare row of a recall.

    :raises NotFound: there is none in the actor's organisation.
    """
    return tenancy.find(actor, Recall, recall_id)


def _recalls(actor: Actor) -> QuerySet[Recall]:
    # Whoever may read a recall reads why, whatever they may read of the thread.
    corrections = tenancy.within_organisation(actor.organisation_id, Correction)
    corrections = corrections.select_related("author__site", "version", "step")
    return (
        tenancy.within(actor, Recall)
        .select_related("suggestion__thread", "retired_version")
        .prefetch_related(Prefetch("corrections", queryset=corrections.order_by("corrected_at", "pk")))
        .annotate(
            told_count=Count("notices", filter=_STAYS),
            acknowledged_count=Count("notices", filter=_STAYS & Q(notices__acknowledged_at__isnull=False)),
        )
    )
