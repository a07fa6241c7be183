"""Flags that nobody looked at in time: unsafe ones go on, else their owner is reminded; who has left is replaced."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.flags.escalating import escalate, hand_over
from backend.domain.flags.models import Flag
from backend.domain.flags.owning import involved_in, people_for
from backend.domain.flags.states import FlagKind
from backend.domain.flags.telling import ask, take_back_pushes

AGAIN_AFTER: Final = {FlagKind.UNSAFE: timedelta(hours=4)}
_A_DAY: Final = timedelta(days=1)


def remind_of_flags(*, now: datetime) -> int:
    """
    Ask again about what is late: about what is unsafe every four hours, else every day; return of how many.

    What is unsafe goes to the next person, then to every supervisor; from then on its owner is reminded, as of
    anything else. What waits for somebody who has left waits for somebody else from then on.
    Transaction: its own for each. Safe when run twice at once: each is told once.
    """
    flags = tenancy.across_organisations(Flag, why="the sweep reminds people of every organisation")
    due = list(flags.filter(remind_at__lte=now).order_by("remind_at").values_list("pk", flat=True))
    return sum(_remind(flag_id, now=now) for flag_id in due)


@transaction.atomic
def _remind(flag_id: UUID, *, now: datetime) -> bool:
    flags = tenancy.across_organisations(Flag, why="it is the sweep's, by its id").select_related("due_owner")
    flag = flags.filter(pk=flag_id, remind_at__lte=now).select_for_update(of=("self",)).first()
    if flag is None:
        return False
    owner_id, told = flag.due_owner_id, escalate(flag) or _owner(flag)
    if flag.due_owner_id != owner_id:
        take_back_pushes(flag, now=now)
    flag.reminders_count += 1
    flag.remind_at = now + AGAIN_AFTER.get(FlagKind(flag.kind), _A_DAY)
    flag.save(update_fields=["due_owner", "earlier_owner_ids", "escalations_count", "reminders_count", "remind_at"])
    for person in told:
        ask(flag, person, now=now)
    return bool(told)


def _owner(flag: Flag) -> list[Person]:
    """Return its owner, another if they have left; nobody while there is nobody at all."""
    if flag.due_owner is not None and not flag.due_owner.is_active:
        others = people_for(flag.organisation_id, FlagKind(flag.kind), involved=involved_in(flag))
        if not others:
            return []
        hand_over(flag, others[0])
    return [flag.due_owner] if flag.due_owner is not None else []
