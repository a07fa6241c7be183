"""Up the ladder: the waves of a round whose time has come ask their people, an empty one gives way at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from api_schema.live_events import LiveKind
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.asking.candidates import Candidate, fits, list_candidates
from backend.domain.asking.choosing import Choice, choose, choose_alone, choose_in_place
from backend.domain.asking.covering import WORTH_WAITING_FOR, expert_to_come
from backend.domain.asking.gap_list import put_on_gap_list
from backend.domain.asking.ladder import NAMED, Audience
from backend.domain.asking.models import WAVE_MOVES, Ask, AskRound, Wave, WaveStatus
from backend.domain.asking.naming import name_owner
from backend.domain.asking.places import (
    asks_waited_for,
    has_places,
    latest_wave,
    let_next_wave_come,
    unanswered_pushes,
    vacant_places,
)
from backend.domain.asking.planning import postpone, waiting_waves
from backend.domain.asking.pushes import ask_push
from backend.domain.asking.reaching import Reachable, reached_of
from backend.domain.asking.standing import active_claim
from backend.domain.states import move
from backend.live.append import tell
from backend.outbox.append import append_all

_NOTICED = timedelta(seconds=1)  # a wave that is late by less moves nothing


class Climb:
    """
    One go up the ladder of `round_`, which is open and locked, as is its thread.

    `round_` with its asset, model and site, its asker and its organisation. `version`: of the thread.
    """

    def __init__(self, round_: AskRound, *, reachable: Reachable, version: int, now: datetime) -> None:
        self.round = round_
        self.version = version
        self.now = now
        self.asks: list[Ask] = []
        self._reachable = reachable

    def run(self) -> list[Ask]:
        """
        Fire every wave that is due, in order. Return the asks that were made.

        A wave without anybody to ask is skipped, and the next one fires in its place, in this same call. A wave that
        fires late moves those behind it, so that whoever was asked has the time that the ladder gives them.
        Whoever declined the latest wave, or lost the last device since, is replaced from its audience, unless somebody
        is on it; when nothing reaches any of those who are left, the next wave is due.
        Transaction: joins the caller's; appends `push.requested`, one a person. Others of the organisation who choose
        people wait until it ends.
        """
        choose_alone(self.round.organisation_id)
        while (wave := waiting_waves(self.round).filter(due_at__lte=self.now).first()) is not None:
            self._fire(wave)
        if not self.asks:  # else the latest wave has just asked whom a push reaches
            self._go_on_without_lost()
        return self.asks

    def _fire(self, wave: Wave) -> None:
        wave.round = self.round
        audience = Audience(wave.audience)
        if audience is Audience.GAP_LIST:
            next_shift_at = self._next_shift_at()
            put_on_gap_list(
                wave, next_shift_at=next_shift_at, reachable=self._reachable, version=self.version, now=self.now
            )
        elif audience in NAMED:
            self._fire_for_one(wave)
        elif self._can_wait_for_a_shift():
            postpone(self.round, by=(self._next_shift_at() or self.now) - wave.due_at)
        else:
            self._fire_for_peers(wave)

    def _fire_for_peers(self, wave: Wave) -> None:
        choices = choose(wave, self._candidates_of(wave), self._reached)
        if not choices:
            self._skip(wave)
            return
        self._mark_fired(wave)
        self._ask_all(wave, choices)
        if not wave.is_silent and all(choice.is_silent for choice in choices):
            let_next_wave_come(self.round, now=self.now)

    def _go_on_without_lost(self) -> None:
        """Fill the places of the latest wave, or let the next one come when nothing reaches whom it named any more."""
        wave = latest_wave(self.round)
        if wave is None or active_claim(self.round, now=self.now) is not None:
            return
        wave.round = self.round
        told = unanswered_pushes(self.round)
        if has_places(wave):
            self._fill_places(wave, lost=self._lost(told, PushKind.ASK))
        elif wave.names_id is not None and self._lost(told.filter(person_id=wave.names_id), PushKind.DUTY):
            let_next_wave_come(self.round, now=self.now)

    def _fill_places(self, wave: Wave, *, lost: set[UUID]) -> None:
        places = vacant_places(wave, lost=lost)
        choices = choose_in_place(wave, self._candidates, self._reached, places=places) if places else []
        if choices:
            self._ask_all(wave, choices, already_count=wave.asks.count())
        elif lost and not asks_waited_for(self.round).exclude(person__in=lost).exists():
            let_next_wave_come(self.round, now=self.now)

    def _lost(self, told: QuerySet[Ask], kind: PushKind) -> set[UUID]:
        """Return who of those told has said nothing, and was removed or is reached by nothing any more."""
        waiting = dict(told.values_list("person_id", "person__is_active"))
        here = [person_id for person_id, is_active in waiting.items() if is_active]
        return set(waiting) - reached_of(here, self.round, reachable=self._reachable, kind=kind, now=self.now)

    def _fire_for_one(self, wave: Wave) -> None:
        named = name_owner(wave, reachable=self._reachable, version=self.version, now=self.now)
        if named is None:
            self._skip(wave)
            return
        self._mark_fired(wave, names_id=named.person_id, is_silent=named.is_silent)
        if named.is_new and named.ask is not None:
            self._note_asked(wave, [named.ask])
        if not named.is_reached:
            let_next_wave_come(self.round, now=self.now)

    def _skip(self, wave: Wave) -> None:
        move(wave, WAVE_MOVES, to=WaveStatus.SKIPPED)
        let_next_wave_come(self.round, now=self.now)

    def _mark_fired(self, wave: Wave, **facts: Any) -> None:
        late_by = self.now - wave.due_at
        move(wave, WAVE_MOVES, to=WaveStatus.FIRED, fired_at=self.now, **facts)
        if late_by >= _NOTICED:
            postpone(self.round, by=late_by)

    def _ask_all(self, wave: Wave, choices: Sequence[Choice], *, already_count: int = 0) -> None:
        asks = [new_ask(wave, choice, rank=rank, now=self.now) for rank, choice in enumerate(choices, start=1)]
        tenancy.create_many(Ask, asks)
        asked_count = already_count + len(asks)
        pushes = [ask_push(ask, asked_count=asked_count, version=self.version, now=self.now) for ask in asks]
        append_all(pushes, now=self.now)
        self._note_asked(wave, asks)

    def _note_asked(self, wave: Wave, asks: list[Ask]) -> None:
        self.asks += asks
        tell_asked(wave, asks, now=self.now)

    def _can_wait_for_a_shift(self) -> bool:
        """Return whether nobody who could know is at work, and the asker said that it can wait until somebody is."""
        at_work = any(
            found.is_on_shift and (found.is_in_community or fits(found, Audience.SAME_FAMILY))
            for found in self._candidates
        )
        return self.round.urgency == "can_wait" and not at_work and self._next_shift_at() is not None

    def _next_shift_at(self) -> datetime | None:
        """Return when the next shift of somebody begins who was not asked yet; None: none that is worth waiting for."""
        starts = (found.hours.next_shift_at(self.now) for found in self._candidates if found.is_in_community)
        latest = self.now + WORTH_WAITING_FOR
        return min((start for start in starts if start is not None and start <= latest), default=None)

    def _candidates_of(self, wave: Wave) -> list[Candidate]:
        """Return who is left to be asked; not to be told in silence by this wave is whom a later one names."""
        later = waiting_waves(self.round).values_list("audience", flat=True)
        expert = expert_to_come(wave, later, now=self.now)
        return [found for found in self._candidates if expert is None or found.person.pk != expert.pk]

    @property
    def _candidates(self) -> list[Candidate]:
        asked = {ask.person_id for ask in self.asks}
        return [found for found in self._all_candidates if found.person.pk not in asked]

    @cached_property
    def _all_candidates(self) -> list[Candidate]:
        return list_candidates(self.round, now=self.now)

    @cached_property
    def _reached(self) -> set[UUID]:
        """Return who of those who may be pushed can be reached."""
        pushable = [found.person.pk for found in self._all_candidates if found.may_be_pushed]
        return reached_of(pushable, self.round, reachable=self._reachable, now=self.now)


def new_ask(wave: Wave, choice: Choice, *, rank: int, now: datetime, referred_by_id: UUID | None = None) -> Ask:
    """Return the record that this wave asks somebody, with the features that chose them; not written yet."""
    candidate = choice.candidate
    return Ask(
        organisation_id=wave.organisation_id,
        wave=wave,
        round=wave.round,
        person=candidate.person,
        reason=str(candidate.reason),
        score=candidate.score,
        features=candidate.features.as_dict(),
        rank=rank,
        is_exploration=choice.is_exploration,
        is_silent=choice.is_silent,
        is_safety=wave.round.urgency == "safety",
        referred_by_id=referred_by_id,
        asked_at=now,
    )


def tell_asked(wave: Wave, asks: list[Ask], *, now: datetime) -> None:
    """Tell whoever watches the thread how many this wave asked. Joins the caller's transaction."""
    tell(
        organisation_id=wave.organisation_id,
        thread_id=wave.round.thread_id,
        kind=LiveKind.ASKED,
        now=now,
        wave_number=wave.number,
        asked_count=len(asks),
        is_silent=all(ask.is_silent for ask in asks),
    )
