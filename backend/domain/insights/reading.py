"""Read the last 90 days' reports of an organisation: a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, Func, OuterRef, Subquery, Sum, TextField

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import AskRound, RoundStatus
from backend.domain.equipment.models import AssetModel
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.states import Publication
from backend.domain.insights.machines import Machines
from backend.domain.insights.models import SearchNote
from backend.domain.insights.reports import Report, ReportKind
from backend.domain.search.models import Document
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.states import SOLVED_STATUSES, ThreadStatus, TryOutcome

WINDOW: Final = timedelta(days=90)

# A search is fruitless when its best hit holds less of what was asked, by rarity. On FaultTalk 4 % of the typed and
# 10 % of the spoken questions that have an answer look so; of those that have none a quarter, and by code 9 in 10
# *(measured on a copy of the ranking)*.
FRUITLESS_SHARE: Final = 0.25

_NO_REPORT: Final = (ThreadStatus.DRAFT, ThreadStatus.WITHDRAWN, ThreadStatus.DUPLICATE)
_IN_VAIN: Final = (TryOutcome.NO, TryOutcome.WORSE)


@dataclass(frozen=True)
class AskedFault:
    """A thread, as far as a gap is made of it. `is_left`: nobody could answer it, or nothing helped."""

    id: UUID
    title: str
    asker_id: UUID
    asset_id: UUID
    asked_at: datetime
    first_response_at: datetime | None
    is_repeat: bool
    is_left: bool
    is_solved: bool


@dataclass(frozen=True)
class FruitlessSearch:
    words: str
    person_id: UUID
    at: datetime


@dataclass(frozen=True)
class Evidence:
    """What the reports are about, by their ids."""

    reports: list[Report]
    threads: Mapping[UUID, AskedFault]
    searches: Mapping[UUID, FruitlessSearch]
    models: Mapping[UUID, AssetModel]
    minutes_in_vain: Mapping[UUID, int]  # of tries that did not help, by thread


def read_evidence(*, actor: Actor, now: datetime) -> Evidence:
    """Return the reports of the last 90 days, and every released how-to. Five queries."""
    since = now - WINDOW
    models = {model.pk: model for model in tenancy.within(actor, AssetModel)}
    machines = Machines(models.values())
    threads, searches, reports = {}, {}, list(_howtos(actor, machines))
    for thread, report in _threads(actor, machines, since):
        threads[thread.id] = thread
        reports.append(report)
    for note_id, search, report in _searches(actor, machines, since):
        searches[note_id] = search
        reports.append(report)
    return Evidence(reports, threads, searches, models, _minutes_in_vain(actor, since))


class _TitleTerms(Func):
    """The stems of a document's title, which have the weight A."""

    template = "tsvector_to_array(ts_filter(%(expressions)s, '{a}'))"
    output_field = ArrayField(TextField())


def _title_terms(actor: Actor, *, of: str) -> Subquery:
    own = tenancy.within(actor, Document).filter(source_id=OuterRef(of))
    return Subquery(own.annotate(terms=_TitleTerms("words")).values("terms")[:1])


def _threads(actor: Actor, machines: Machines, since: datetime) -> Iterator[tuple[AskedFault, Report]]:
    unanswered = tenancy.within(actor, AskRound).filter(thread_id=OuterRef("pk"), status=RoundStatus.UNANSWERED)
    rows = (
        tenancy.within(actor, Thread)
        .filter(asked_at__gte=since)
        .exclude(status__in=_NO_REPORT)
        .annotate(is_unanswered=Exists(unanswered), terms=_title_terms(actor, of="pk"))
        .values_list(
            "pk", "title", "asker_id", "asset_id", "asset__asset_model_id", "fault_code", "status", "asked_at",
            "first_response_at", "repeat_of_id", "is_unanswered", "terms",
        )
    )  # fmt: skip
    for pk, title, asker, asset, model, code, status, asked_at, response_at, repeat_of, unanswered_yet, terms in rows:
        fault = AskedFault(
            id=pk,
            title=title,
            asker_id=asker,
            asset_id=asset,
            asked_at=asked_at,
            first_response_at=response_at,
            is_repeat=repeat_of is not None,
            is_left=_is_left(status, response_at, is_unanswered=unanswered_yet),
            is_solved=status in SOLVED_STATUSES,
        )
        yield fault, Report(pk, ReportKind.THREAD, model, code, machines.without_names(terms, model, code), asked_at)


def _is_left(status: str, response_at: datetime | None, *, is_unanswered: bool) -> bool:
    if status == ThreadStatus.PARKED:
        return response_at is None
    return status == ThreadStatus.UNSOLVED or (status == ThreadStatus.ASKED and is_unanswered)


def _searches(actor: Actor, machines: Machines, since: datetime) -> Iterator[tuple[UUID, FruitlessSearch, Report]]:
    fruitless = tenancy.within(actor, SearchNote).filter(best_share__lt=FRUITLESS_SHARE, searched_at__gte=since)
    for pk, words, terms, person_id, at in fruitless.values_list("pk", "words", "terms", "person_id", "searched_at"):
        model_id, code = machines.named_in(words)
        telling = machines.without_names(terms, model_id, code)
        yield pk, FruitlessSearch(words, person_id, at), Report(pk, ReportKind.SEARCH, model_id, code, telling, at)


def _howtos(actor: Actor, machines: Machines) -> Iterator[Report]:
    released = tenancy.within(actor, HowToVersion).filter(publication=Publication.RELEASED, is_original=True)
    rows = released.annotate(terms=_title_terms(actor, of="howto_id")).values_list(
        "howto_id", "howto__asset_model_id", "howto__fault_code", "howto__thread_id", "released_at", "terms"
    )
    for pk, model, code, thread_id, released_at, terms in rows:
        telling = machines.without_names(terms, model, code)
        yield Report(pk, ReportKind.HOWTO, model, code, telling, released_at, thread_id)


def _minutes_in_vain(actor: Actor, since: datetime) -> dict[UUID, int]:
    tries = tenancy.within(actor, Try).filter(thread__asked_at__gte=since, outcome__in=_IN_VAIN, minutes__isnull=False)
    return dict(tries.values("thread_id").annotate(total=Sum("minutes")).values_list("thread_id", "total"))
