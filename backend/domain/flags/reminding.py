"""Flags that nobody looked at in time: their owner is reminded, and who has left is replaced."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.flags.models import Flag
from backend.domain.flags.owning import due_owner
from backend.domain.flags.states import FlagKind
from backend.domain.flags.telling import ask_owner

AGAIN_AFTER: Final = {FlagKind.UNSAFE: timedelta(hours=4)}
_A_DAY: Final = timedelta(days=1)


def remind_of_flags(*, now: datetime) -> int:
    """
    Remind whoever is late: of what is unsafe every four hours, of anything else every day; return how many were.

    What waits for somebody who has left waits for somebody else from then on.
    Transaction: its own for each. Safe when run twice at once.
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
    kind = FlagKind(flag.kind)
    if flag.due_owner is not None and not flag.due_owner.is_active:
        involved = {person_id for person_id in (flag.flagger_id, flag.author_id) if person_id}
        flag.due_owner = due_owner(flag.organisation_id, kind, involved=involved)
    flag.reminders_count += 1
    flag.remind_at = now + AGAIN_AFTER.get(kind, _A_DAY)
    flag.save(update_fields=["due_owner", "reminders_count", "remind_at"])
    ask_owner(flag, now=now)
    return True
