"""Who a thread would ask, rung by rung, and why: for those who look after the ladder. Nothing is asked by looking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.candidates import Candidate, fits, list_candidates
from backend.domain.asking.covering import named_person_for
from backend.domain.asking.ladder import NAMED, PEERS, Audience, Rung
from backend.domain.asking.ladder_rules import rungs_for
from backend.domain.asking.models import AskRound
from backend.domain.asking.reasons import NAMED_REASONS
from backend.domain.errors import NotAllowed, NotFound

_LISTED = 20  # of a rung; a community may be large


@dataclass(frozen=True)
class Prospect:
    """One person of one rung. `hindrance`: why they would not be asked now; empty: they would."""

    person: Person
    reason: str
    score: float
    features: dict[str, float]
    hindrance: str


@dataclass(frozen=True)
class RungPreview:
    number: int
    rung: Rung
    prospects: list[Prospect]  # best first; those who would be asked, and those who would but for a hindrance


def preview_ladder(*, actor: Actor, thread_id: UUID, now: datetime) -> list[RungPreview]:
    """
    Return whom each rung would ask if it came now. Whoever was asked already is left out.

    Tenancy: the thread is looked up in the actor's organisation.

    :raises NotFound: there is no such thread.
    :raises NotAllowed: only those who may curate see how people are chosen.
    """
    if not actor.may_curate:
        raise NotAllowed("Only supervisors, curators and admins see how peers are chosen.")
    rounds = tenancy.within(actor, AskRound).filter(thread_id=thread_id)
    whole = rounds.select_related("asset__asset_model", "asset__site", "asker", "organisation")
    round_ = whole.order_by("-opened_at", "-pk").first()
    if round_ is None:
        raise NotFound("There is no thread with this id.")
    candidates = list_candidates(round_, now=now)
    rungs = rungs_for(organisation_id=actor.organisation_id, urgency=round_.urgency)
    taken: set[UUID] = set()
    return [_preview(number, rung, round_, candidates, taken, now=now) for number, rung in enumerate(rungs, start=1)]


def _preview(
    number: int, rung: Rung, round_: AskRound, candidates: list[Candidate], taken: set[UUID], *, now: datetime
) -> RungPreview:
    if rung.audience in PEERS:
        prospects = _peers(rung, candidates, taken, now=now)
    elif rung.audience in NAMED:
        prospects = _named(rung.audience, round_, candidates, now=now)
    else:
        prospects = []
    taken |= {prospect.person.pk for prospect in prospects if not prospect.hindrance}
    return RungPreview(number, rung, prospects)


def _peers(rung: Rung, candidates: list[Candidate], taken: set[UUID], *, now: datetime) -> list[Prospect]:
    fitting = [found for found in candidates if found.person.pk not in taken and fits(found, rung.audience)]
    prospects: list[Prospect] = []
    places = rung.size
    for found in fitting[:_LISTED]:
        if not places:
            break
        hindrance = _hindrance(found, is_silent=rung.is_silent, now=now)
        places -= not hindrance
        prospects.append(_prospect(found, found.reason, hindrance))
    return prospects


def _named(audience: Audience, round_: AskRound, candidates: list[Candidate], *, now: datetime) -> list[Prospect]:
    person = named_person_for(round_, audience, now=now)
    if person is None:
        return []
    found = next((one for one in candidates if one.person.pk == person.pk), None)
    if found is None:
        return [Prospect(person, NAMED_REASONS[audience], 0.0, {}, "")]
    return [_prospect(found, NAMED_REASONS[audience], "")]


def _prospect(found: Candidate, reason: str, hindrance: str) -> Prospect:
    return Prospect(found.person, reason, found.score, found.features.as_dict(), hindrance)


def _hindrance(found: Candidate, *, is_silent: bool, now: datetime) -> str:
    if not found.is_on_shift:
        return "off shift"
    if is_silent:
        return ""
    if found.hours.is_quiet(now):
        return "quiet hours"
    if found.hours.is_busy(now):
        return "busy"
    return "" if found.has_budget else "budget used"
