"""What happened to a thread, in the order in which it did: who, and what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.domain.asking.models import AskStatus
from backend.domain.threads.models import Suggestion, ThreadMove
from backend.domain.threads.past import ThreadPast
from backend.domain.threads.queries import WholeThread
from backend.domain.threads.states import SOLVED_STATUSES, ThreadStatus
from backend.web.threads import words


@dataclass(frozen=True)
class Happened:
    at: datetime
    who: str  # empty: it happened by itself
    what: str | Promise


def history_of(whole: WholeThread, past: ThreadPast) -> list[Happened]:
    """Return what is known to have happened, the oldest first. No query."""
    return sorted(_all_of(whole, past), key=lambda one: one.at)


def _all_of(whole: WholeThread, past: ThreadPast) -> Iterator[Happened]:
    yield Happened(whole.thread.created_at, whole.thread.asker.name, _("asked"))
    yield from _asking(whole)
    for suggestion in whole.suggestions:
        yield from _of_suggestion(suggestion)
    for comment in whole.comments:
        yield Happened(comment.created_at, comment.author.name, _("remarked on it"))
    if whole.thread.deflected_at:
        yield Happened(whole.thread.deflected_at, whole.thread.asker.name, _("found it among what was known"))
    for move in past.moves:
        if what := _move_in_words(move):
            yield Happened(move.moved_at, move.person.name if move.person else "", what)
    for check in past.hold_answers:
        said = _("said that it still runs") if check.has_held else _("said that it failed again")
        assert check.answered_at is not None  # the query sees to it
        yield Happened(check.answered_at, whole.thread.asker.name, said)


def _asking(whole: WholeThread) -> Iterator[Happened]:
    if whole.asked:
        count = len(whole.asked)
        people = ngettext("%(count)d colleague was asked by name", "%(count)d colleagues were asked by name", count)
        yield Happened(whole.asked[0].asked_at, "", people % {"count": count})
    for ask in whole.asked:
        if ask.status == AskStatus.CLAIMED and ask.responded_at:
            yield Happened(ask.responded_at, ask.person.name, _("was on it"))


def _of_suggestion(suggestion: Suggestion) -> Iterator[Happened]:
    author = suggestion.author.name
    yield Happened(suggestion.created_at, author, _("answered"))
    for attempt in suggestion.tries.all():
        began = _("began to try what %(name)s said") % {"name": author}
        yield Happened(attempt.started_at, attempt.person.name, began)
        if attempt.ended_at:
            came = _("tried what %(name)s said: %(outcome)s")
            outcome = str(words.OUTCOME[attempt.outcome]).lower()
            yield Happened(attempt.ended_at, attempt.person.name, came % {"name": author, "outcome": outcome})
    for correction in suggestion.corrections.all():
        yield Happened(
            correction.corrected_at, correction.author.name, _("set straight what %(name)s said") % {"name": author}
        )
        if correction.withdrawn_at:
            yield Happened(correction.withdrawn_at, "", _("a correction was taken back"))


def _move_in_words(move: ThreadMove) -> str:
    """Return a move that nothing else on the page tells of; else an empty text."""
    if move.to_status == ThreadStatus.ASKED:
        was_closed = move.from_status in SOLVED_STATUSES | {ThreadStatus.PARKED, ThreadStatus.UNSOLVED}
        return _("asked again") if was_closed else ""
    told = {
        ThreadStatus.PARKED: _("put it aside"),
        ThreadStatus.WITHDRAWN: _("withdrew it"),
        ThreadStatus.UNSOLVED: _("gave it up as not solved"),
        ThreadStatus.HELD: _("it held for 30 days"),
    }
    return told.get(ThreadStatus(move.to_status), "")
