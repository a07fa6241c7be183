"""What happened to a thread, in the order in which it did, of what its page has read already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from backend.domain.threads.queries import WholeThread
from backend.web.threads import words


@dataclass(frozen=True)
class Happened:
    at: datetime
    who: str  # empty: it happened by itself
    what: str | Promise


def history_of(whole: WholeThread) -> list[Happened]:
    """Return what is known to have happened, the oldest first. No query."""
    return sorted(_all_of(whole), key=lambda one: one.at)


def _all_of(whole: WholeThread) -> Iterator[Happened]:
    thread = whole.thread
    yield Happened(thread.created_at, thread.asker.name, _("asked"))
    if whole.asked:
        people = _("%(count)d colleagues were asked by name") % {"count": len(whole.asked)}
        yield Happened(whole.asked[0].asked_at, "", people)
    for suggestion in whole.suggestions:
        yield Happened(suggestion.created_at, suggestion.author.name, _("answered"))
        for attempt in suggestion.tries.all():
            yield Happened(attempt.started_at, attempt.person.name, _("began to try it"))
            if attempt.ended_at:
                yield Happened(attempt.ended_at, attempt.person.name, words.OUTCOME[attempt.outcome])
        for correction in suggestion.corrections.all():
            yield Happened(correction.corrected_at, correction.author.name, _("set it straight"))
            if correction.withdrawn_at:
                yield Happened(correction.withdrawn_at, "", _("a correction was taken back"))
    if thread.deflected_at:
        yield Happened(thread.deflected_at, thread.asker.name, _("found it among what was known"))
