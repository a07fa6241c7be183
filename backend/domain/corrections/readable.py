"""
Who may read a correction: whoever may read the thread of what it corrects.

Whoever made one has a part in that thread, and who looks after a recall reads what it is about.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.models import Correction, Recall
from backend.domain.corrections.states import RecallStatus
from backend.domain.threads.readable import of_readable, readable_too


def begin() -> None:
    """Have the door apply the rule. Recalls have their own: docs/safety.md."""
    tenancy.read_by(Correction, _corrections)
    readable_too(_corrected)
    readable_too(_is_recalled)


def _corrections(actor: Actor) -> Q | None:
    of_thread = of_readable("suggestion__thread_id")(actor)
    return None if of_thread is None else of_thread | Q(suggestion=None)


def _corrected(actor: Actor) -> Q:
    made = tenancy.within_organisation(actor.organisation_id, Correction).filter(author_id=actor.person_id)
    return Q(Exists(made.filter(suggestion__thread_id=OuterRef("pk"))))


def _is_recalled(actor: Actor) -> Q:
    recalls = tenancy.within(actor, Recall).filter(status=RecallStatus.OPEN)
    return Q(Exists(recalls.filter(suggestion__thread_id=OuterRef("pk"))))
