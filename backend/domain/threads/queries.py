"""What can be asked about threads. Every row comes with what a page shows of it, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet, Window

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import Ask
from backend.domain.clips.queries import open_uploads
from backend.domain.hazards.signing import signatures_shown
from backend.domain.threads.models import Comment, SimilarFault, Suggestion, Thread, ThreadOpening, Try
from backend.domain.threads.ranking import rank_suggestions
from backend.domain.threads.states import ThreadStatus

MOST_VIEWERS = 50


@dataclass(frozen=True)
class Viewers:
    """Who opened a thread that they did not ask, the newest first; `more_count`: how many others."""

    openings: list[ThreadOpening]
    more_count: int


@dataclass(frozen=True)
class WholeThread:
    """A thread with everything that was said about it."""

    thread: Thread
    suggestions: list[Suggestion]  # best first
    comments: list[Comment]  # oldest first
    similar: list[SimilarFault]  # what its asker was shown, in that order
    repeat_visits: list[UUID]  # threads that came back for it
    asked: list[Ask]  # in the order of asking
    viewers: Viewers | None  # None: for whoever did not ask it


def get_whole_thread(*, actor: Actor, thread_id: UUID) -> WholeThread:
    """
    Return one thread with its suggestions, ranked by outcome of tries, and who was asked.

    :raises NotFound: there is none in the actor's organisation.
    """
    thread = get_thread(actor=actor, thread_id=thread_id)
    asked = list_asks(actor=actor, thread_id=thread_id)
    visits = tenancy.within(actor, Thread).filter(repeat_of_id=thread_id).order_by("created_at", "pk")
    return WholeThread(
        thread,
        rank_suggestions(thread.suggestions.all()),
        list(_comments(actor, thread_id)),
        list(tenancy.within(actor, SimilarFault).filter(thread_id=thread_id).order_by("found_at", "position")),
        list(visits.values_list("pk", flat=True)),
        list(asked),
        _viewers(actor, thread_id) if thread.asker_id == actor.person_id else None,
    )


def get_thread(*, actor: Actor, thread_id: UUID) -> Thread:
    """
    Return one thread with its suggestions, their tries, clips and authors.

    :raises NotFound: there is none in the actor's organisation.
    """
    tries = (
        tenancy.within(actor, Try)
        .select_related("person__site", "clip", "asset")
        .prefetch_related(open_uploads(actor, of="clip"))
        .order_by("started_at")
    )
    suggestions = (
        tenancy.within(actor, Suggestion)
        .select_related("author__site", "clip", "moment_clip", "caution")
        .prefetch_related(
            Prefetch("caution__signatures", queryset=signatures_shown(actor)),
            open_uploads(actor, of="clip"),
            Prefetch("tries", queryset=tries),
            "corrections__author__site",
        )
    )
    threads = _summaries(actor).prefetch_related(Prefetch("suggestions", queryset=suggestions))
    return tenancy.find_in(threads, thread_id)


def list_threads(*, actor: Actor, status: ThreadStatus | None = None, asset_id: UUID | None = None) -> QuerySet[Thread]:
    """Return the organisation's threads, newest first."""
    threads = _summaries(actor).order_by("-created_at", "-id")
    if status is not None:
        threads = threads.filter(status=status)
    if asset_id is not None:
        threads = threads.filter(asset_id=asset_id)
    return threads


def list_asks(*, actor: Actor, thread_id: UUID) -> QuerySet[Ask]:
    """Return who was asked about a thread, in the order of asking."""
    asks = tenancy.within(actor, Ask).filter(round__thread_id=thread_id)
    return asks.select_related("person__site", "wave").order_by("asked_at", "-score")


def _viewers(actor: Actor, thread_id: UUID) -> Viewers:
    openings = tenancy.within(actor, ThreadOpening).filter(thread_id=thread_id).select_related("person")
    newest = openings.annotate(in_all=Window(Count("*"))).order_by("-opened_at", "-pk")[:MOST_VIEWERS]
    found: list[ThreadOpening] = list(newest)
    return Viewers(found, found[0].in_all - len(found) if found else 0)  # type: ignore[attr-defined]  # annotated


def _comments(actor: Actor, thread_id: UUID) -> QuerySet[Comment]:
    comments = tenancy.within(actor, Comment).filter(thread_id=thread_id)
    return comments.select_related("author__site", "moment_clip").order_by("created_at", "pk")


def _summaries(actor: Actor) -> QuerySet[Thread]:
    return (
        tenancy.within(actor, Thread)
        .select_related("asker__site", "next_owner__site", "asset__asset_model", "asset__site", "ask_clip", "howto")
        .prefetch_related("asset__asset_model__fault_codes", open_uploads(actor, of="ask_clip"))
    )
