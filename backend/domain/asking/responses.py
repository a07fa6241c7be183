"""What a person says to being asked, and what it does to the ladder."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from api_schema.live_events import LiveKind
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.ladder import BUSY_FOR, CLAIM_HOLDS
from backend.domain.asking.models import ASK_MOVES, Ask, AskRound, AskStatus, Availability
from backend.domain.asking.operations import live_asks, withdraw
from backend.domain.asking.people import set_busy_until
from backend.domain.asking.places import asks_waited_for, let_next_wave_come
from backend.domain.asking.planning import hold_next_wave, wake
from backend.domain.asking.standing import active_claim
from backend.domain.errors import NotFound
from backend.domain.states import move
from backend.live.append import tell


def own_ask(*, actor: Actor, ask_id: UUID) -> Ask:
    """
    Return what the actor was asked, with its round. Not locked.

    :raises NotFound: the actor was not asked this.
    """
    asks = tenancy.within(actor, Ask).filter(person_id=actor.person_id)
    return tenancy.find_in(asks.select_related("round", "wave", "person"), ask_id)


def thread_of_own_ask(*, actor: Actor, ask_id: UUID) -> UUID:
    """
    Return the thread about which the actor was asked this: to be locked before the ask is read.

    :raises NotFound: the actor was not asked this.
    """
    asks = tenancy.within(actor, Ask).filter(person_id=actor.person_id, pk=ask_id)
    thread_id = asks.values_list("round__thread_id", flat=True).first()
    if thread_id is None:
        raise NotFound("There is no ask with this id.")
    return thread_id


def claim(ask: Ask, *, wants_call: bool = False, now: datetime) -> None:
    """
    Note that its person is on it: no wave fires for ten minutes. A claim that others made is not shortened; one's own
    may be renewed. `wants_call`: they have seen it, and wait for the asker's call.

    Transaction: joins the caller's, which holds thread and round.

    :raises IllegalMove: the ask is answered, cancelled or declined already.
    """
    until = now + CLAIM_HOLDS
    if ask.status == AskStatus.CLAIMED:
        ask.claimed_until, ask.wants_call = until, wants_call
        tenancy.same_row(ask).update(claimed_until=until, wants_call=wants_call)
    else:
        move(ask, ASK_MOVES, to=AskStatus.CLAIMED, responded_at=now, claimed_until=until, wants_call=wants_call)
    hold_next_wave(ask.round, until=until)
    who = {"name": ask.person.name, "job_title": ask.person.job_title}
    _tell(ask.round, LiveKind.CLAIMED, now, **who, until=until.isoformat())


def decline(ask: Ask, *, to: AskStatus, now: datetime) -> None:
    """
    Note that its person does not take it on. `to`: one of `DECLINED`; busy ones are not asked for an hour.

    Somebody else may take their place in the wave, see `Climb`. Once everybody has declined, or the one who had claimed
    it, the next wave is due now.
    Transaction: joins the caller's, which holds thread and round; appends `wave.due`, and `push.cancelled` for a claim.

    :raises IllegalMove: the ask is answered, cancelled or declined already.
    """
    held = ask.claimed_until is not None and ask.claimed_until > now
    if ask.status == AskStatus.CLAIMED:
        withdraw(ask.round, PushKind.CLAIMED, now=now)
    move(ask, ASK_MOVES, to=to, responded_at=now, claimed_until=None)
    if to is AskStatus.BUSY:
        _note_busy(ask, now=now)
    was_the_last = not asks_waited_for(ask.round).exists() or (held and active_claim(ask.round, now=now) is None)
    if not (was_the_last and let_next_wave_come(ask.round, now=now)):
        wake(ask.wave, now=now)
    _tell(ask.round, LiveKind.DECLINED, now, asked_count=live_asks(ask.round).count())


def _note_busy(ask: Ask, *, now: datetime) -> None:
    actor, until = ask.person.actor, now + BUSY_FOR
    longer = tenancy.within(actor, Availability).filter(person_id=actor.person_id, busy_until__gte=until)
    if not longer.exists():
        set_busy_until(actor=actor, until=until, now=now)


def _tell(round_: AskRound, kind: LiveKind, now: datetime, **data: object) -> None:
    tell(organisation_id=round_.organisation_id, thread_id=round_.thread_id, kind=kind, now=now, **data)
