"""
Who may read a thread, and all that is said, asked and filmed about it: one rule, which `tenancy.within` applies.

Everybody reads every thread of their organisation, but for supervisors, who should not be felt to look over shoulders:
of those that are not over they read only the ones with which they have something to do (docs/adr/0046).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor, Role
from backend.domain.asking.covering import answers_for
from backend.domain.asking.models import Ask, AskRound, Certification, RoundStatus, Wave
from backend.domain.hazards.models import Caution
from backend.domain.hazards.states import CautionStatus
from backend.domain.search.models import Subject, SubjectKind
from backend.domain.threads.models import (
    Comment,
    HoldCheck,
    SimilarFault,
    Suggestion,
    Thread,
    ThreadMove,
    ThreadOpening,
    Try,
)
from backend.domain.threads.states import CLOSED_STATUSES, SOLVED_STATUSES

M = TypeVar("M", bound=Model)
Reason = Callable[[Actor], Q]

_LATER: list[Reason] = []


def readable_too(reason: Reason) -> None:
    """Have a supervisor read the threads that `reason` names, too: for areas that threads do not know."""
    _LATER.append(reason)


def _may_read(actor: Actor) -> Q:
    """Return which threads a supervisor may read, as one condition."""
    allowed = Q(status__in=SOLVED_STATUSES | CLOSED_STATUSES)
    for reason in (_theirs, _nobody_looks_after, _of_their_communities, _took_part, _was_asked, _is_to_sign, *_LATER):
        allowed |= reason(actor)
    return allowed


def of_readable(path: str) -> tenancy.Rule:
    """Return the rule for rows of a thread; `path` leads from a row to the thread's id."""

    def rule(actor: Actor) -> Q | None:
        return None if _reads_all(actor) else Q(**{f"{path}__in": _readable_ids(actor)})

    return rule


@lru_cache(maxsize=1000)
def _readable_ids(actor: Actor) -> RawSQL:
    """
    Return the query for the ids of the threads that the actor may read: a text, which is the same each time.

    Made anew, it took 7 of the 9 ms of each query of a page *(measured)*.
    """
    threads = tenancy.within_organisation(actor.organisation_id, Thread).filter(_may_read(actor))
    statement, parameters = threads.values("pk").query.sql_with_params()
    return RawSQL(statement, parameters)  # noqa: S611 - Django's own text


def begin() -> None:
    """Have the door apply the rule. Clips have one of their own: see `howtos.films`."""
    tenancy.read_by(Thread, of_readable("pk"))
    for model in (Suggestion, Try, Comment, SimilarFault, HoldCheck, ThreadMove, AskRound, Caution):
        tenancy.read_by(model, of_readable("thread_id"))
    tenancy.read_by(Ask, of_readable("round__thread_id"))
    tenancy.read_by(Wave, of_readable("round__thread_id"))
    tenancy.read_by(Subject, _subjects)
    tenancy.read_by(ThreadOpening, lambda actor: Q(thread__asker_id=actor.person_id))


def _reads_all(actor: Actor) -> bool:
    return actor.role != Role.SUPERVISOR


def _theirs(actor: Actor) -> Q:
    return Q(asker_id=actor.person_id) | Q(next_owner_id=actor.person_id) | _repeats_their_fix(actor)


def _repeats_their_fix(actor: Actor) -> Q:
    """They asked or answered before, and are told that it came back."""
    answered = tenancy.for_figures(actor, Suggestion).filter(author_id=actor.person_id)
    return Q(repeat_of__asker_id=actor.person_id) | Q(Exists(answered.filter(thread_id=OuterRef("repeat_of_id"))))


def _nobody_looks_after(actor: Actor) -> Q:
    """Its ladder ended, or its owner let it pass its due time: the sweep then gives it a later one, and counts."""
    unanswered = _of_thread(actor, AskRound).filter(status=RoundStatus.UNANSWERED)
    return Q(reminders_count__gt=0) | Q(Exists(unanswered))


def _of_their_communities(actor: Actor) -> Q:
    covers = answers_for(family=OuterRef("asset__asset_model__family"), site_id=OuterRef("asset__site_id"))
    theirs = tenancy.within(actor, Community).filter(covers, memberships__person_id=actor.person_id)
    return Q(Exists(theirs))


def _took_part(actor: Actor) -> Q:
    said = Q()
    for model, person in ((Suggestion, "author"), (Comment, "author"), (Try, "person"), (ThreadMove, "person")):
        said |= Q(Exists(_of_thread(actor, model).filter(**{f"{person}_id": actor.person_id})))
    return said


def _was_asked(actor: Actor) -> Q:
    """Whatever they said to it since, a claim too; or a wave named them."""
    asked = _of_thread(actor, Ask, "round__thread_id").filter(person_id=actor.person_id)
    named = _of_thread(actor, Wave, "round__thread_id").filter(names_id=actor.person_id)
    return Q(Exists(asked)) | Q(Exists(named))


def _is_to_sign(actor: Actor) -> Q:
    """An answer is covered until somebody certified has signed, and they are certified for something."""
    covered = _of_thread(actor, Caution).filter(status=CautionStatus.COVERED).exclude(author_id=actor.person_id)
    certified = tenancy.within(actor, Certification).filter(person_id=actor.person_id)
    return Q(Exists(covered)) & Q(Exists(certified))


def _of_thread(actor: Actor, model: type[M], path: str = "thread_id") -> QuerySet[M]:
    # Not by the rule, which is what is made of them.
    return tenancy.for_figures(actor, model).filter(**{path: OuterRef("pk")})


def _subjects(actor: Actor) -> Q | None:
    threads = of_readable("pk")(actor)
    return None if threads is None else ~Q(kind=SubjectKind.THREAD) | threads
