"""Which waves a round has, and when each is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from api_schema.events import WaveDue
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.covering import communities_for, members_of
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.ladder import Rung
from backend.domain.asking.models import AskRound, Wave, WaveStatus
from backend.outbox.append import append


def plan_waves(round_: AskRound, rungs: Sequence[Rung], *, first_number: int = 1, from_at: datetime) -> list[Wave]:
    """
    Add one waiting wave a rung, counted from `from_at`. `round_` with its asset and model.

    Transaction: joins the caller's; appends `wave.due` for the first.
    """
    waves = lay_out(round_, rungs, first_number=first_number, from_at=from_at)
    tenancy.create_many(Wave, waves)
    wake(waves[0], now=from_at)
    return waves


def lay_out(round_: AskRound, rungs: Sequence[Rung], *, first_number: int = 1, from_at: datetime) -> list[Wave]:
    """Return one waiting wave a rung, counted from `from_at`; nothing is written. `round_` with its asset and model."""
    waves: list[Wave] = []
    for number, rung in enumerate(rungs, start=first_number):
        earliest = waves[-1].due_at if waves else from_at
        wave = Wave(
            organisation_id=round_.organisation_id,
            round=round_,
            number=number,
            audience=rung.audience,
            size=rung.size,
            is_silent=rung.is_silent,
            due_at=_due_at(round_, rung, earliest=earliest, from_at=from_at),
        )
        waves.append(wave)
    return waves


def waiting_waves(round_: AskRound) -> QuerySet[Wave]:
    """Return the waves of the round that have not fired, in their order."""
    waves = tenancy.within_organisation(round_.organisation_id, Wave).filter(round=round_, status=WaveStatus.WAITING)
    return waves.order_by("number")


def bring_next_wave_forward(round_: AskRound, *, now: datetime) -> None:
    """
    Make the next wave due now. The waves behind it keep their time.

    Transaction: joins the caller's; appends `wave.due`.
    """
    wave = waiting_waves(round_).first()
    if wave is not None and wave.due_at > now:
        tenancy.same_row(wave).update(due_at=now)
        wake(wave, now=now)


def hold_next_wave(round_: AskRound, *, until: datetime) -> None:
    """Let no wave fire before `until`: the whole rest of the ladder moves, so that no two come together."""
    wave = waiting_waves(round_).first()
    if wave is not None and wave.due_at < until:
        postpone(round_, by=until - wave.due_at)


def postpone(round_: AskRound, *, by: timedelta) -> None:
    """Move every waiting wave."""
    waiting_waves(round_).update(due_at=F("due_at") + by)


def wake(wave: Wave, *, now: datetime) -> None:
    """Have this wave looked at as soon as the transaction commits; the beat would come by later."""
    append(WaveDue(organisation_id=wave.organisation_id, wave_id=wave.pk), now=now)


def _due_at(round_: AskRound, rung: Rung, *, earliest: datetime, from_at: datetime) -> datetime:
    latest = from_at + rung.after
    if not rung.at_next_shift:
        return latest
    return min(_next_community_shift_at(round_, after=earliest) or latest, latest)


def _next_community_shift_at(round_: AskRound, *, after: datetime) -> datetime | None:
    people = tenancy.within_organisation(round_.organisation_id, Person).filter(is_active=True)
    members = members_of(communities_for(round_.asset), organisation_id=round_.organisation_id)
    found = list(people.exclude(pk=round_.asker_id) if members is None else people.filter(pk__in=members))
    starts = (hours.next_shift_at(after) for hours in hours_of(found, now=after).values())
    return min((start for start in starts if start is not None), default=None)
