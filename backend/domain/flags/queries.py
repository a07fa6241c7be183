"""What can be asked about flags: curators see all, anybody else their own and what waits for them."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.flags.models import Flag
from backend.domain.flags.states import FlagStatus
from backend.domain.safety_permissions import Action, Tie, require, rows_allowed
from backend.domain.saying import said

_COLUMNS: Final = {Tie.MADE: "flagger_id", Tie.DUE: "due_owner_id"}


def list_flags(
    *, actor: Actor, status: FlagStatus | None = None, is_mine: bool = False, is_late_at: datetime | None = None
) -> QuerySet[Flag]:
    """
    Return flags with who is in them, in one query.

    `is_mine`: only those that wait for the actor. `is_late_at`: only those that are due before then.
    """
    flags = flags_shown(actor)
    flags = flags.filter(rows_allowed(actor, Action.READ_FLAG, columns=_COLUMNS))
    if status is not None:
        flags = flags.filter(status=status)
    if is_mine:
        flags = flags.filter(due_owner_id=actor.person_id)
    if is_late_at is not None:
        flags = flags.filter(due_at__lt=is_late_at)
    return flags


def get_flag(*, actor: Actor, flag_id: UUID) -> Flag:
    """
    Return one flag.

    :raises NotFound: there is none in the actor's organisation.
    :raises NotAllowed: it is somebody else's, and the actor may not curate.
    """
    found = tenancy.find_in(flags_shown(actor), flag_id)
    refusal = said("Only a curator sees what others flag.")
    require(actor, Action.READ_FLAG, found.status, ties=ties_to(actor, found), refusal=refusal)
    return found


def ties_to(actor: Actor, flag: Flag) -> set[Tie]:
    """Return what the actor has to do with a flag."""
    return {tie for tie, column in _COLUMNS.items() if getattr(flag, column) == actor.person_id}


def flags_shown(actor: Actor) -> QuerySet[Flag]:
    """Return the flags of the actor's organisation, whoever may see them, with the people in them."""
    people = ("flagger__site", "author__site", "due_owner__site", "resolved_by__site")
    return tenancy.within(actor, Flag).select_related(*people)
