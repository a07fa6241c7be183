"""What is flagged as unsafe does not wait for one person: in time it goes to the next, and then to every supervisor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.flags.models import Flag
from backend.domain.flags.owning import involved_in, people_for
from backend.domain.flags.states import FlagKind

TO_THE_NEXT: Final = 1
TO_EVERY_SUPERVISOR: Final = 2


def escalate(flag: Flag) -> list[Person]:
    """
    Give an unsafe flag that nobody looked at in time to somebody else, and return who is to be told: its owner first.

    The first time to whoever is next to look at flags, the second time to the supervisors, or where there is none to
    the admins: one of them owns it, and all are told. Never to whoever had it already or is in it. Empty: nobody else
    is there yet, or all of them know; it stays with its owner, and asks anew the next time.
    Transaction: required, holding the flag, which is not saved. Two queries.
    """
    if flag.kind != FlagKind.UNSAFE or flag.escalations_count >= TO_EVERY_SUPERVISOR:
        return []
    passed = {*filter(None, [flag.due_owner_id, *flag.earlier_owner_ids])} | involved_in(flag)
    ranked = people_for(flag.organisation_id, FlagKind.UNSAFE, involved=passed)
    free = [person for person in ranked if person.pk not in passed]
    told = free[:1] if flag.escalations_count < TO_THE_NEXT else _supervisors(free)
    if told:
        flag.escalations_count += 1
        hand_over(flag, told[0])
    return told


def hand_over(flag: Flag, owner: Person) -> None:
    """Have the flag wait for `owner`, and remember whom it waited for. It is not saved."""
    if flag.due_owner_id is not None and flag.due_owner_id != owner.pk:
        flag.earlier_owner_ids = [*flag.earlier_owner_ids, flag.due_owner_id]
    flag.due_owner = owner


def _supervisors(people: Sequence[Person]) -> list[Person]:
    supervisors = [person for person in people if person.role == Role.SUPERVISOR]
    return supervisors or [person for person in people if person.role == Role.ADMIN]
