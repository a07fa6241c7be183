"""Whom a thread would ask, rung by rung, and why: for those who look after the ladder. Nothing is asked by looking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects

from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.candidates import Candidate, fits, list_candidates
from backend.domain.asking.choosing import audience_among, choose, is_worth_a_push
from backend.domain.asking.covering import expert_to_come, named_person_for
from backend.domain.asking.ladder import PEERS, Audience, Rung
from backend.domain.asking.models import AskRound, RoundStatus, Wave, WaveStatus
from backend.domain.asking.naming import has_declined, is_told_aloud
from backend.domain.asking.reaching import Reachable, reached_of
from backend.domain.asking.reasons import named_reason
from backend.domain.asking.standing import gap_owner
from backend.domain.asking.track_record import track_record_for
from backend.domain.equipment.codes import normalise_code
from backend.domain.errors import NotAllowed, NotFound

_LISTED = 20  # of a rung; a community may be large
_OVER = frozenset({WaveStatus.FIRED, WaveStatus.SKIPPED})


class ToldBy(StrEnum):
    PUSH = "push"
    INBOX = "inbox"  # only
    NOTHING = "nothing"  # they would not be asked


class Hindrance(StrEnum):
    """What keeps a push from somebody who fits."""

    OFF_SHIFT = "off shift"
    QUIET_HOURS = "quiet hours"
    BUSY = "busy"
    BUDGET_USED = "budget used"
    BUDGET_KEPT = "what is left of their budget is for better reasons"
    UNREACHED = "nothing reaches them"
    DECLINED = "said that it is nothing for them"
    NOT_ALOUD = "off hours, over budget, or told already"


@dataclass(frozen=True)
class Prospect:
    """One person of one rung. `hindrance`: what keeps a push from them; None: nothing, or the rung is silent."""

    person: Person
    reason: str
    score: float
    features: dict[str, float]
    told_by: ToldBy
    hindrance: Hindrance | None


@dataclass(frozen=True)
class RungPreview:
    """`status`: of this thread's wave; what fired or was skipped asks nobody any more."""

    number: int
    rung: Rung
    status: WaveStatus
    prospects: list[Prospect]  # best first; those who would be told, and those who would but for a hindrance


def preview_ladder(*, actor: Actor, thread_id: UUID, reachable: Reachable, now: datetime) -> list[RungPreview]:
    """
    Return whom each wave of a thread that is to come would ask if it came now, chosen as it would choose them.

    Whoever was asked already, or by a wave before, is left out. A constant number of queries.
    Tenancy: the thread is looked up in the actor's organisation. `reachable`: who would hear outside the inbox.

    :raises NotFound: there is no such thread.
    :raises NotAllowed: only those who may curate see how people are chosen.
    """
    require_to_see_choosing(actor)
    rounds = tenancy.within(actor, AskRound).filter(thread_id=thread_id)
    whole = rounds.select_related("asset__asset_model", "asset__site", "asker", "organisation")
    round_ = whole.order_by("-opened_at", "-pk").first()
    if round_ is None:
        raise NotFound("There is no thread with this id.")
    waves = list(tenancy.within(actor, Wave).filter(round=round_).order_by("number"))
    return look_ahead(round_, waves, reachable=reachable, now=now)


def list_rounds_asking(*, actor: Actor, words: str = "") -> QuerySet[AskRound]:
    """
    Return the rounds that ask now, newest first, where each of `words` stands in what is asked, its code or machine.

    :raises NotAllowed: only those who may curate see how people are chosen.
    """
    require_to_see_choosing(actor)
    rounds = tenancy.within(actor, AskRound).filter(status=RoundStatus.OPEN)
    for word in words.split():
        rounds = rounds.filter(
            Q(headline__icontains=word)
            | Q(asset__tag__icontains=word)
            | Q(asset__asset_model__make__icontains=word)
            | Q(asset__asset_model__name__icontains=word)
            | Q(fault_code=normalise_code(word) or word)
        )
    return rounds.select_related("asset__asset_model", "asset__site", "asker").order_by("-opened_at", "-pk")


def require_to_see_choosing(actor: Actor) -> None:
    """
    Let those pass who look after the ladder.

    :raises NotAllowed: the actor may not curate.
    """
    if not actor.may_curate:
        raise NotAllowed("Only supervisors, curators and admins see how peers are chosen.")


def look_ahead(round_: AskRound, waves: Sequence[Wave], *, reachable: Reachable, now: datetime) -> list[RungPreview]:
    """Return whom each of these waves would ask at `now`. `round_` as `list_candidates` wants it, kept or not."""
    rungs = list(_Looking(round_, waves, reachable, now).ahead())
    prefetch_related_objects([prospect.person for rung in rungs for prospect in rung.prospects], "site")
    return rungs


class _Looking:
    """One look up the ladder of `round_`. Mirrors `Climb`, with its functions, and changes nothing."""

    def __init__(self, round_: AskRound, waves: Sequence[Wave], reachable: Reachable, now: datetime) -> None:
        self._round, self._waves, self._reachable, self._now = round_, waves, reachable, now
        self._candidates = list_candidates(round_, now=now)
        self._record = track_record_for(round_, now=now)
        pushable = [found.person.pk for found in self._candidates if found.may_be_pushed]
        self._reached = reached_of(pushable, round_, reachable=reachable, now=now)

    def ahead(self) -> Iterator[RungPreview]:
        for wave in self._waves:
            wave.round = self._round
            prospects = [] if wave.status in _OVER else list(self._prospects(wave))[:_LISTED]
            told = {prospect.person.pk for prospect in prospects if prospect.told_by is not ToldBy.NOTHING}
            self._candidates = [found for found in self._candidates if found.person.pk not in told]
            yield RungPreview(wave.number, _rung_of(wave), WaveStatus(wave.status), prospects)

    def _prospects(self, wave: Wave) -> Iterator[Prospect]:
        if wave.audience in PEERS:
            found = [*self._chosen(wave), *self._hindered(wave)]
            yield from sorted(found, key=lambda prospect: -prospect.score)
            return
        audience, person = Audience(wave.audience), None
        if audience is not Audience.GAP_LIST:
            person = named_person_for(self._round, audience, now=self._now)
        elif (owner := gap_owner(self._round, now=self._now)).pk != self._round.asker_id:
            person = owner
        if person is not None:
            yield self._named(wave, person, named_reason(person, audience))

    def _chosen(self, wave: Wave) -> Iterator[Prospect]:
        for choice in choose(wave, self._left_for(wave), self._reached):
            is_unreached = choice.is_silent and not wave.is_silent
            yield _prospect(
                choice.candidate,
                ToldBy.INBOX if choice.is_silent else ToldBy.PUSH,
                Hindrance.UNREACHED if is_unreached else None,
            )

    def _hindered(self, wave: Wave) -> Iterator[Prospect]:
        """Return those who would be asked before the last one that is, but for a hindrance."""
        left = self._left_for(wave)
        choices = choose(wave, left, self._reached)
        chosen = {choice.candidate.person.pk for choice in choices}
        scores = [choice.candidate.score for choice in choices if choice.is_silent == wave.is_silent]
        worst = min(scores) if len(scores) >= wave.size else float("-inf")
        audience = audience_among(wave, left)
        for found in left:
            hindrance = _hindrance(found, wave, now=self._now)
            if hindrance and found.person.pk not in chosen and found.score >= worst and fits(found, audience):
                yield _prospect(found, ToldBy.NOTHING, hindrance)

    def _left_for(self, wave: Wave) -> list[Candidate]:
        later = [one.audience for one in self._waves if one.status not in _OVER]
        expert = expert_to_come(wave, later, now=self._now)
        return [found for found in self._candidates if expert is None or found.person.pk != expert.pk]

    def _named(self, wave: Wave, person: Person, reason: str) -> Prospect:
        told_by, hindrance = self._how(wave, person)
        found = next((one for one in self._candidates if one.person.pk == person.pk), None)
        score, features = (found.score, found.features.as_dict()) if found else (0.0, {})
        return Prospect(person, reason, score, features, told_by, hindrance)

    def _how(self, wave: Wave, person: Person) -> tuple[ToldBy, Hindrance | None]:
        if wave.audience != Audience.GAP_LIST and has_declined(person, self._round):
            return ToldBy.NOTHING, Hindrance.DECLINED
        if not is_told_aloud(wave, person, self._record, now=self._now):
            return ToldBy.INBOX, None if wave.is_silent else Hindrance.NOT_ALOUD
        if not reached_of([person.pk], self._round, reachable=self._reachable, kind=PushKind.DUTY, now=self._now):
            return ToldBy.INBOX, Hindrance.UNREACHED
        return ToldBy.PUSH, None


def _prospect(found: Candidate, told_by: ToldBy, hindrance: Hindrance | None) -> Prospect:
    return Prospect(found.person, str(found.reason), found.score, found.features.as_dict(), told_by, hindrance)


def _rung_of(wave: Wave) -> Rung:
    after = max(wave.due_at - wave.round.opened_at, timedelta(0))
    return Rung(after, wave.size, Audience(wave.audience), wave.is_silent)


def _hindrance(found: Candidate, wave: Wave, *, now: datetime) -> Hindrance | None:
    if not found.is_on_shift:
        return Hindrance.OFF_SHIFT
    if wave.is_silent:
        return None
    if found.hours.is_quiet(now):
        return Hindrance.QUIET_HOURS
    if found.hours.is_busy(now):
        return Hindrance.BUSY
    if not found.has_budget:
        return Hindrance.BUDGET_USED
    return None if is_worth_a_push(found, wave) else Hindrance.BUDGET_KEPT
