"""Signs that something is not known: faults that were asked about, and searches that found nothing much like it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class ReportKind(StrEnum):
    THREAD = "thread"
    SEARCH = "search"
    HOWTO = "howto"  # a released one: a sign that nothing lacks


class Report(NamedTuple):
    """
    One sign. A tuple with ids and times as PostgreSQL writes them, for there are tens of thousands of them.

    `terms` are the stems of its title, without those that name the machine. A search may name neither model nor code; a
    thread always has a model.
    """

    id: str  # of the thread, the how-to, or the note of the search
    kind: ReportKind
    model_id: str | None
    code: str  # normalised, or empty
    terms: frozenset[str]
    at_s: float  # since 1970
    title: str = ""  # of a search: its words
    person_id: str = ""  # who asked or searched: to count people, and never told
    made_from_id: str | None = None  # the thread that a how-to was made from
    asset_id: str = ""
    waited_s: float = 0.0  # for the first answer, up to a working day
    is_repeat: bool = False
    is_left: bool = False  # nobody could answer it, or nothing helped
    is_solved: bool = False
    is_readable: bool = True  # to whoever looks
