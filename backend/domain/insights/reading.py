"""Read the last 90 days' reports of an organisation: a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, FloatField, Func, OuterRef, Q, Subquery, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce

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
LONGEST_WAIT_S: Final = 8 * 3600.0  # a working day: nobody stands there at night

# A search is fruitless when its best solved hit holds less of what was asked, by rarity. On FaultTalk 4 % of the typed
# and 10 % of the spoken questions that have an answer look so; of those that have none a quarter, and by code 9 in 10
# *(measured on a copy of the ranking)*.
FRUITLESS_SHARE: Final = 0.25
# Of one that names a code beside its model: what is known of the model's other faults holds half of it. The right
# thread of FaultTalk's questions by code holds nine tenths *(measured as above)*.
FRUITLESS_SHARE_BY_CODE: Final = 0.75
_MAY_NAME_A_CODE: Final = r"\m[a-z]{1,4} ?[0-9]"

_NO_REPORT: Final = (ThreadStatus.DRAFT, ThreadStatus.WITHDRAWN, ThreadStatus.DUPLICATE)
_IN_VAIN: Final = (TryOutcome.NO, TryOutcome.WORSE)


@dataclass(frozen=True)
class Evidence:
    """Models by their ids, and minutes of tries that did not help by their threads': ids as written."""

    reports: list[Report]
    models: Mapping[str, AssetModel]
    minutes_in_vain: Mapping[str, int]


def read_evidence(*, actor: Actor, now: datetime) -> Evidence:
    """Return the reports of the last 90 days, and every released how-to. Five queries."""
    since = now - WINDOW
    models = {str(model.pk): model for model in tenancy.within(actor, AssetModel)}
    machines = Machines(models.values())
    reports = [
        *_threads(actor, machines, since=since, now=now),
        *_searches(actor, machines, since=since),
        *_howtos(actor, machines),
    ]
    return Evidence(reports, models, _minutes_in_vain(actor, since))


class _Epoch(Func):
    """Seconds since 1970: a tenth of the work of reading a time."""

    template = "extract(epoch FROM %(expressions)s)::float8"
    output_field = FloatField()


class _TitleTerms(Func):
    """The stems of a document's title, which have the weight A, with spaces between them."""

    template = "array_to_string(tsvector_to_array(ts_filter(%(expressions)s, '{a}')), ' ')"
    output_field = TextField()


def _written(field: str) -> Cast:
    return Cast(field, TextField())


def _title_terms(actor: Actor, *, of: str) -> Coalesce:
    own = tenancy.within(actor, Document).filter(source_id=OuterRef(of))
    terms = Subquery(own.annotate(terms=_TitleTerms("words")).values("terms")[:1])
    return Coalesce(terms, Value(""), output_field=TextField())


def _threads(actor: Actor, machines: Machines, *, since: datetime, now: datetime) -> Iterator[Report]:
    unanswered = tenancy.for_figures(actor, AskRound).filter(thread_id=OuterRef("pk"), status=RoundStatus.UNANSWERED)
    threads = tenancy.for_figures(actor, Thread).filter(asked_at__gte=since).exclude(status__in=_NO_REPORT)
    rows = threads.values_list(
        _written("pk"),
        _written("asset__asset_model_id"),
        "fault_code",
        _title_terms(actor, of="pk"),
        _Epoch("asked_at"),
        "title",
        _written("asker_id"),
        _written("asset_id"),
        _Epoch("first_response_at"),
        "status",
        _written("repeat_of_id"),
        Exists(unanswered),
        Exists(tenancy.within(actor, Thread).filter(pk=OuterRef("pk"))),
    )
    for (
        pk,
        model,
        code,
        terms,
        at_s,
        title,
        asker,
        asset,
        response_s,
        status,
        repeat_of,
        is_unanswered,
        is_readable,
    ) in rows:
        yield Report(
            id=pk,
            kind=ReportKind.THREAD,
            model_id=model,
            code=code,
            terms=machines.without_names(terms.split(), model, code),
            at_s=at_s,
            title=title,
            person_id=asker,
            asset_id=asset,
            waited_s=min((response_s or now.timestamp()) - at_s, LONGEST_WAIT_S),
            is_repeat=repeat_of is not None,
            is_left=_is_left(status, is_answered=response_s is not None, is_unanswered=is_unanswered),
            is_solved=status in SOLVED_STATUSES,
            is_readable=is_readable,
        )


def _is_left(status: str, *, is_answered: bool, is_unanswered: bool) -> bool:
    if status == ThreadStatus.PARKED:
        return not is_answered
    return status == ThreadStatus.UNSOLVED or (status == ThreadStatus.ASKED and is_unanswered)


def _searches(actor: Actor, machines: Machines, *, since: datetime) -> Iterator[Report]:
    by_code = Q(best_share__lt=FRUITLESS_SHARE_BY_CODE, words__regex=_MAY_NAME_A_CODE)
    notes = tenancy.within(actor, SearchNote).filter(Q(best_share__lt=FRUITLESS_SHARE) | by_code)
    rows = notes.filter(searched_at__gte=since).values_list(
        _written("pk"), "words", "terms", "best_share", _written("person_id"), _Epoch("searched_at")
    )
    for pk, words, terms, share, person_id, at_s in rows:
        model, code = machines.named_in(words)
        if share >= (FRUITLESS_SHARE_BY_CODE if code else FRUITLESS_SHARE):
            continue
        telling = machines.without_names(terms, model, code)
        yield Report(pk, ReportKind.SEARCH, model, code, telling, at_s, words, person_id)


def _howtos(actor: Actor, machines: Machines) -> Iterator[Report]:
    released = tenancy.within(actor, HowToVersion).filter(publication=Publication.RELEASED, is_original=True)
    rows = released.values_list(
        _written("howto_id"),
        _written("howto__asset_model_id"),
        "howto__fault_code",
        _title_terms(actor, of="howto_id"),
        _Epoch("released_at"),
        _written("howto__thread_id"),
    )
    for pk, model, code, terms, at_s, thread_id in rows:
        telling = machines.without_names(terms.split(), model, code)
        yield Report(pk, ReportKind.HOWTO, model, code, telling, at_s, made_from_id=thread_id)


def _minutes_in_vain(actor: Actor, since: datetime) -> dict[str, int]:
    tries = tenancy.for_figures(actor, Try).filter(
        thread__asked_at__gte=since, outcome__in=_IN_VAIN, minutes__isnull=False
    )
    sums: Iterator[tuple[UUID, int]] = tries.values_list("thread_id").annotate(total=Sum("minutes")).iterator()
    return {str(thread_id): total for thread_id, total in sums}
