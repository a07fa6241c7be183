"""Where a try stands: on which machine, for which thread, and whether it moves that thread."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.equipment.models import Asset
from backend.domain.equipment.queries import find_asset
from backend.domain.errors import IllegalMove, InvalidInput
from backend.domain.search.models import SubjectKind
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.states import CLOSED_STATUSES, SOLVED_STATUSES, ThreadStatus


@dataclass(frozen=True)
class TryPlace:
    """`from_thread`: the actor's own thread that was closed with "this is it"."""

    asset: Asset
    from_thread: Thread | None
    moves_thread: bool


def place_try(actor: Actor, thread: Thread, *, asset_id: UUID | None, from_thread_id: UUID | None) -> TryPlace:
    """
    Return where a try of one of `thread`'s suggestions stands.

    It moves the thread when it is about this very machine while the fault is open. A try on another machine, or of what
    is over, is an entry in the ledger. The machine is the one named, else that of `from_thread`, else the thread's.
    Whoever does not say from which question they come, and closed just one with this thread, comes from that.

    :raises NotFound: no such machine or thread in the actor's organisation.
    :raises InvalidInput: `from_thread_id` is not a thread of the actor's that was closed with this one.
    """
    from_thread = _from_thread(actor, thread, asset_id=asset_id, from_thread_id=from_thread_id)
    if asset_id is not None:
        asset = find_asset(actor=actor, asset_id=asset_id)
    else:
        asset = from_thread.asset if from_thread else thread.asset
    is_over = thread.status in SOLVED_STATUSES | CLOSED_STATUSES
    return TryPlace(asset, from_thread, moves_thread=asset.pk == thread.asset_id and not is_over)


def is_ones_to_try(actor: Actor, thread: Thread, suggestion: Suggestion) -> bool:
    """
    Return whether the actor should be offered to try this suggestion: the asker while their fault is answered, and
    anybody once it is solved, for their own machine. What was recalled is nobody's.
    """
    if suggestion.recalled_at is not None:
        return False
    is_askers_turn = thread.status == ThreadStatus.ANSWERED and thread.asker_id == actor.person_id
    return is_askers_turn or thread.status in SOLVED_STATUSES


def check_nothing_runs(actor: Actor, thread: Thread, place: TryPlace) -> None:
    """
    Accept a try beside those that run on `thread`, which the caller holds.

    :raises IllegalMove: the actor tries something here already, or somebody does what would move the thread.
    """
    running = tenancy.within(actor, Try).filter(thread=thread, outcome="")
    if running.filter(person_id=actor.person_id).exists():
        raise IllegalMove("You are trying something here already; say how it went first.", state="trying", allowed=[])
    if place.moves_thread and running.filter(moves_thread=True).exists():
        raise IllegalMove("Somebody is trying something on this machine.", state="trying", allowed=[])


def deflected_to(actor: Actor, kind: SubjectKind, subject_id: UUID) -> QuerySet[Thread]:
    """Return the actor's own questions that are closed with this subject."""
    own = tenancy.within(actor, Thread).filter(asker_id=actor.person_id)
    return own.filter(deflected_to_kind=kind.value, deflected_to_id=subject_id).select_related("asset")


def _from_thread(actor: Actor, thread: Thread, *, asset_id: UUID | None, from_thread_id: UUID | None) -> Thread | None:
    closed = deflected_to(actor, SubjectKind.THREAD, thread.pk)
    if from_thread_id is None:
        found = list(closed.filter(asset_id=asset_id)[:2] if asset_id else closed[:2])
        return found[0] if len(found) == 1 else None
    tenancy.find(actor, Thread, from_thread_id)
    own = closed.filter(pk=from_thread_id).first()
    if own is None:
        raise InvalidInput(from_thread_id="This is not a thread of yours that was closed with this one.")
    return own
