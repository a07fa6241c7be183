"""The wall of solved threads: what was learnt here, as people browse a good video site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.showing import ClipShown, show_clips
from backend.domain.search.queries import rank_solved_threads
from backend.domain.solved.counting import ValueCount, count_values
from backend.domain.solved.wanted import Facet, Wanted, condition, has_held
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.states import SOLVED_STATUSES, TryOutcome

PAGE_SIZE = 24


@dataclass(frozen=True)
class SolvedThread:
    """A poster of the wall. `clip` None: nothing was filmed. `thread.is_held`, `.is_corrected`: of what fixed it."""

    thread: Thread
    clip: ClipShown | None


@dataclass(frozen=True)
class Wall:
    """One page of solved threads; `facets` count what each filter could leave, `total_count` what these leave."""

    items: list[SolvedThread]
    total_count: int
    page: int
    pages_count: int
    facets: dict[Facet, list[ValueCount]]


def browse_solved(
    *,
    actor: Actor,
    words: str = "",
    wanted: Wanted | None = None,
    page: int = 1,
    language: str = "en",
    store: ObjectStore,
    now: datetime,
) -> Wall:
    """
    Return a page of the solved threads: those that fit `words` best first, else the newest fix first.

    With words, the 200 that fit best are looked at. A page beyond the last is the last.
    Tenancy: the actor's organisation only. A constant number of queries.
    """
    wanted = wanted or Wanted()
    ranked = rank_solved_threads(actor=actor, words=words, language=language) if words.strip() else None
    threads = tenancy.within(actor, Thread).filter(status__in=SOLVED_STATUSES)
    if ranked is not None:
        threads = threads.filter(pk__in=ranked)
    fitting = threads.filter(reduce(and_, (condition(facet, wanted, actor=actor, now=now) for facet in Facet)))
    total_count = fitting.count()
    pages_count = max(1, -(-total_count // PAGE_SIZE))
    page = min(max(page, 1), pages_count)
    return Wall(
        items=_show(actor, _page_of(actor, fitting, ranked, page), store),
        total_count=total_count,
        page=page,
        pages_count=pages_count,
        facets=count_values(threads, wanted, actor=actor, now=now),
    )


def _page_of(actor: Actor, fitting: QuerySet[Thread], ranked: Sequence[UUID] | None, page: int) -> list[Thread]:
    span = slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
    fixes = tenancy.within(actor, Suggestion).filter(tries__thread=OuterRef("pk"), tries__outcome=TryOutcome.FIXED)
    shown = fitting.select_related("asset__asset_model", "asset__site", "ask_clip", "howto").annotate(
        is_held=Exists(tenancy.within(actor, Thread).filter(has_held(actor), pk=OuterRef("pk"))),
        is_corrected=Exists(fixes.filter(corrected_at__isnull=False)),
    )
    if ranked is None:
        return list(shown.order_by("-fixed_at", "-pk")[span])
    place = {thread_id: place for place, thread_id in enumerate(ranked)}
    best = sorted(fitting.values_list("pk", flat=True), key=lambda thread_id: place[thread_id])[span]
    return sorted(shown.filter(pk__in=best), key=lambda thread: place[thread.pk])


def _show(actor: Actor, threads: Sequence[Thread], store: ObjectStore) -> list[SolvedThread]:
    clips = show_clips(actor=actor, clips=[one.ask_clip for one in threads if one.ask_clip], store=store)
    return [SolvedThread(one, clips.get(one.ask_clip_id) if one.ask_clip_id else None) for one in threads]
