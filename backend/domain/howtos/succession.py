"""What took the place of a how-to, and whose place it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import NotFound
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.queries import list_howtos, list_visible_versions

_LONGEST: Final = 20  # links of a chain; circles are refused when they are made


@dataclass(frozen=True)
class Kin:
    """`successor`: what it was replaced by, or is a duplicate of. Each with `shown_versions`."""

    successor: HowTo | None
    replaced: list[HowTo]


def kin_of(*, actor: Actor, howto: HowTo) -> Kin:
    """Return the how-tos that the actor may see and that follow, or came before, this one. Two queries."""
    beside = Q(successor=howto.pk) | Q(pk=howto.successor_id)
    found = list(list_howtos(actor=actor).filter(beside).order_by("created_at", "pk"))
    successor = next((one for one in found if one.pk == howto.successor_id), None)
    return Kin(successor, [one for one in found if one.successor_id == howto.pk])


def successor_to_read(*, actor: Actor, howto_id: UUID) -> UUID:
    """
    Return the how-to to read in place of one that the actor may not see any more: the first of its successors that is.

    :raises NotFound: no such how-to in the actor's organisation, or none of its successors may be seen.
    """
    howtos = tenancy.within(actor, HowTo)
    howto = tenancy.find_in(howtos, howto_id)
    for _ in range(_LONGEST):
        if howto.successor_id is None:
            break
        howto = tenancy.find_in(howtos, howto.successor_id)
        if list_visible_versions(actor).filter(howto=howto).exists():
            return howto.pk
    raise NotFound("There is no how-to with this id.")
