"""The sweep over how-tos: whose review is due is told, and what somebody left behind gets another owner."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.howtos.locking import newest_version
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.notices import curators_of, remind_of_review, tell_new_owner
from backend.domain.howtos.queries import due_for_review
from backend.domain.howtos.states import Confidence

SWEEP_BATCH: Final = 200


def remind_of_reviews(*, now: datetime) -> int:
    """
    Remind the owners of how-tos whose review is due, once for each due time; give those without an owner another one.

    Who left hands on to the curator with the fewest how-tos to look after; without curators, to a supervisor or admin.
    Returns how many how-tos were looked at; those that somebody holds come with the next sweep.
    Tenancy: serves every organisation; each how-to keeps to its own.
    Transaction: one for each how-to; appends `push.requested`. Idempotent.
    """
    ids = list(_waiting(now=now).order_by("review_due_at", "pk").values_list("pk", flat=True)[:SWEEP_BATCH])
    return sum(_look_after(howto_id, now=now) for howto_id in ids)


@transaction.atomic
def _look_after(howto_id: UUID, *, now: datetime) -> bool:
    waiting = _waiting(now=now).filter(pk=howto_id)
    howto = waiting.select_related("asset_model", "owner").select_for_update(skip_locked=True, of=("self",)).first()
    if howto is None:
        return False
    owner = howto.owner if howto.owner and howto.owner.is_active else _next_owner(howto)
    if owner is None:
        return False  # nobody is there who may curate
    title = newest_version(howto).title
    is_due = howto.review_due_at is not None and howto.review_due_at <= now
    if owner.pk != howto.owner_id:
        tenancy.same_row(howto).update(owner=owner)
        if not is_due:
            tell_new_owner(howto, title=title, owner=owner, now=now)
    if is_due and howto.review_due_at is not None:
        tenancy.same_row(howto).update(review_reminded_at=howto.review_due_at)
        remind_of_review(howto, title=title, owner=owner, due_at=howto.review_due_at, now=now)
    return True


def _waiting(*, now: datetime) -> QuerySet[HowTo]:
    """Return the how-tos whose owner was not reminded of the review that is due, or left."""
    howtos = tenancy.across_organisations(HowTo, why="the sweep serves every organisation")
    reminded = Q(review_reminded_at__isnull=False, review_reminded_at=F("review_due_at"))
    unreminded = due_for_review(howtos, by=now).exclude(reminded)
    left = howtos.filter(owner__is_active=False).exclude(confidence=Confidence.ARCHIVED)
    return howtos.filter(Q(pk__in=unreminded.values("pk")) | Q(pk__in=left.values("pk")))


def _next_owner(howto: HowTo) -> Person | None:
    looked_after = tenancy.within_organisation(howto.organisation_id, HowTo).filter(owner=OuterRef("pk"))
    counted = looked_after.exclude(confidence=Confidence.ARCHIVED).values("owner").annotate(count=Count("pk"))
    count = Coalesce(Subquery(counted.values("count")), 0)
    return curators_of(howto).annotate(howto_count=count).order_by("howto_count", "pk").first()
