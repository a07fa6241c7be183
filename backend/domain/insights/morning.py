"""What waits for a curator or supervisor today: counts, and the first few of what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.models import Recall, RecallNotice
from backend.domain.corrections.states import RecallStatus
from backend.domain.errors import NotAllowed
from backend.domain.flags.queries import list_flags
from backend.domain.flags.states import FlagStatus
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.queries import due_for_review, list_howtos
from backend.domain.howtos.states import Confidence, Publication
from backend.domain.insights.gaps import GapList, list_gaps
from backend.domain.insights.states import GapStatus
from backend.domain.threads.models import Thread
from backend.domain.threads.queries import list_threads
from backend.domain.threads.states import OPEN_STATUSES, ThreadStatus

_MOST: Final = 5


@dataclass(frozen=True)
class Waiting:
    """Open questions: `late` are past the time by which their owner should have done something, the longest first."""

    unanswered_count: int
    late_count: int
    late: list[Thread]
    own_count: int  # that the actor is the next to do something about


@dataclass(frozen=True)
class Curating:
    in_review_count: int
    drafts_count: int
    reviews_due_count: int


@dataclass(frozen=True)
class Safety:
    """`unacknowledged_count`: notices of open recalls whose people have not said that they know."""

    flags_count: int
    own_flags_count: int
    late_flags_count: int
    recalls_count: int
    unacknowledged_count: int


@dataclass(frozen=True)
class Morning:
    waiting: Waiting
    curating: Curating
    safety: Safety
    gaps: GapList  # the dearest three that are open

    @property
    def is_clear(self) -> bool:
        """Whether nothing waits."""
        counts = (self.waiting.unanswered_count, self.waiting.own_count, self.gaps.total_count)
        howtos = (self.curating.in_review_count, self.curating.reviews_due_count)
        return not any((*counts, *howtos, self.safety.flags_count, self.safety.recalls_count))


def morning_of(*, actor: Actor, now: datetime) -> Morning:
    """
    Return what waits for the actor's organisation, and for the actor in it. A constant number of queries.

    Tenancy: the actor's organisation only.

    :raises NotAllowed: the actor may not curate.
    """
    if not actor.may_curate:
        raise NotAllowed("The desk is for supervisors and curators.")
    gaps = list_gaps(actor=actor, status=GapStatus.OPEN, limit=3, now=now)
    return Morning(_waiting(actor, now=now), _curating(actor, now=now), _safety(actor, now=now), gaps)


def _waiting(actor: Actor, *, now: datetime) -> Waiting:
    late = list_threads(actor=actor).filter(status=ThreadStatus.ASKED, next_due_at__lte=now)
    is_asked = Q(status=ThreadStatus.ASKED)
    counted = tenancy.for_figures(actor, Thread).aggregate(
        unanswered_count=Count("pk", filter=is_asked),
        late_count=Count("pk", filter=is_asked & Q(next_due_at__lte=now)),
        own_count=Count("pk", filter=Q(status__in=OPEN_STATUSES, next_owner=actor.person_id)),
    )
    return Waiting(late=list(late.order_by("next_due_at", "pk")[:_MOST]), **counted)


def _curating(actor: Actor, *, now: datetime) -> Curating:
    versions = tenancy.within(actor, HowToVersion).exclude(howto__confidence=Confidence.ARCHIVED)
    counted = versions.aggregate(
        in_review_count=Count("pk", filter=Q(publication=Publication.IN_REVIEW)),
        drafts_count=Count("pk", filter=Q(publication=Publication.DRAFT)),
    )
    due = due_for_review(list_howtos(actor=actor), by=now)
    return Curating(reviews_due_count=due.count(), **counted)


def _safety(actor: Actor, *, now: datetime) -> Safety:
    flags = list_flags(actor=actor, status=FlagStatus.OPEN).aggregate(
        flags_count=Count("pk"),
        own_flags_count=Count("pk", filter=Q(due_owner_id=actor.person_id)),
        late_flags_count=Count("pk", filter=Q(due_at__lt=now)),
    )
    missing = tenancy.within(actor, RecallNotice).filter(
        recall__status=RecallStatus.OPEN, acknowledged_at=None, person__is_active=True
    )
    recalls = tenancy.within(actor, Recall).filter(status=RecallStatus.OPEN)
    return Safety(recalls_count=recalls.count(), unacknowledged_count=missing.count(), **flags)
