"""Whose an unanswered thread is, and until when: exactly one person at every moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.covering import (
    champions_for,
    duty_expert_for,
    first_present,
    supervisor_for,
    supervisors_for,
)
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.models import DECLINED, Ask, AskRound, AskStatus, RoundStatus, Wave, WaveStatus

_A_MOMENT = timedelta(minutes=1)  # a wave that is due now fires within seconds
_A_DAY = timedelta(days=1)  # for whoever has no shift that can be foreseen
_ASKING_STILL = frozenset({RoundStatus.OPEN, RoundStatus.UNANSWERED})


@dataclass(frozen=True)
class Standing:
    """Who must act next, and by when."""

    owner_id: UUID
    due_at: datetime


def latest_round(*, organisation_id: UUID, thread_id: UUID) -> AskRound | None:
    """Return the round that asks for this thread, or that stands on the gap list; locked until the transaction ends."""
    rounds = _still_asking(organisation_id, thread_id)
    return rounds.select_related("asset__asset_model", "asset__site", "asker", "organisation").first()


def latest_round_alone(*, organisation_id: UUID, thread_id: UUID) -> AskRound | None:
    """As `latest_round`, without the rows around it: for an answer, which must be quick."""
    return _still_asking(organisation_id, thread_id).first()


def _still_asking(organisation_id: UUID, thread_id: UUID) -> QuerySet[AskRound]:
    rounds = tenancy.within_organisation(organisation_id, AskRound).filter(thread_id=thread_id)
    return rounds.filter(status__in=_ASKING_STILL).select_for_update(of=("self",)).order_by("-opened_at", "-pk")


def standing_of(round_: AskRound, *, now: datetime) -> Standing:
    """
    Return whose the round's thread is: who claimed it, else who was named last, else its asker.

    On the gap list see `gap_owner`; from the start of their next working day on. `round_` with its asker.
    """
    claim = active_claim(round_, now=now)
    if claim is not None and claim.claimed_until is not None:
        return Standing(claim.person_id, claim.claimed_until)
    if round_.status == RoundStatus.UNANSWERED:
        owner = gap_owner(round_, now=now)
        return Standing(owner.pk, next_working_day(owner, now=now))
    waves = list(tenancy.within_organisation(round_.organisation_id, Wave).filter(round=round_).order_by("number"))
    return Standing(_owner_by_waves(waves, round_, now=now), next_look_at(waves, now=now))


def next_look_at(waves: Sequence[Wave], *, now: datetime) -> datetime:
    """Return when the next of `waves` comes, which are in their order; one that is due now does so in a moment."""
    waiting = [wave.due_at for wave in waves if wave.status == WaveStatus.WAITING and wave.due_at > now]
    return min(waiting, default=now + _A_MOMENT)


def active_claim(round_: AskRound, *, now: datetime) -> Ask | None:
    """Return the claim that holds the ladder now; of several, the one that came first."""
    claims = tenancy.within_organisation(round_.organisation_id, Ask).filter(
        round=round_, status=AskStatus.CLAIMED, claimed_until__gt=now, person__is_active=True
    )
    return claims.order_by("claimed_until", "pk").first()


def gap_owner(round_: AskRound, *, now: datetime) -> Person:
    """
    Return who looks after a thread that nobody answered: the community's champion, else a supervisor, else the duty
    expert, else the asker; of them, whoever is not away for long.
    """
    return first_present(list(_gap_owners(round_, now=now)), now=now) or round_.asker


def _gap_owners(round_: AskRound, *, now: datetime) -> Iterator[Person]:
    yield from champions_for(round_)
    yield from supervisors_for(round_)
    if (expert := duty_expert_for(round_, now=now)) is not None:
        yield expert
    if round_.asker.is_active:
        yield round_.asker


def next_working_day(person: Person, *, now: datetime) -> datetime:
    """Return when the person's next shift begins, after `now`; a day from now when none can be foreseen."""
    return hours_of([person], now=now)[person.pk].next_shift_at(now) or now + _A_DAY


def _owner_by_waves(waves: Sequence[Wave], round_: AskRound, *, now: datetime) -> UUID:
    """Return whose it is who was named last, and has not declined since; else the asker's, or who leads them."""
    named_ids = [wave.names_id for wave in waves if wave.names_id is not None]
    owner_id = _last_still_there(named_ids, round_) if named_ids else None
    if owner_id is not None or round_.asker.is_active:
        return owner_id or round_.asker_id
    leader = supervisor_for(round_, now=now)
    return leader.pk if leader else round_.asker_id


def _last_still_there(named_ids: Sequence[UUID], round_: AskRound) -> UUID | None:
    """Return the duty expert, champion or supervisor who was named last and has not declined since."""
    declined = tenancy.within_organisation(round_.organisation_id, Ask).filter(round=round_, status__in=DECLINED)
    people = tenancy.within_organisation(round_.organisation_id, Person).filter(pk__in=named_ids, is_active=True)
    there = set(people.exclude(pk__in=declined.values("person_id")).values_list("pk", flat=True))
    return next((named_id for named_id in reversed(named_ids) if named_id in there), None)
