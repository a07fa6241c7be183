"""Who may give which role, and to whom: nobody gives more than they have."""

from __future__ import annotations

from typing import Final

from backend.domain.accounts.models import Person
from backend.domain.actor import Actor, Role
from backend.domain.errors import NotAllowed
from backend.domain.saying import said

_IN_WORDS: Final = {
    Role.TECHNICIAN: said("technician"),
    Role.SUPERVISOR: said("supervisor"),
    Role.CURATOR: said("curator"),
    Role.ADMIN: said("admin"),
}


def roles_to_give(actor: Actor) -> tuple[Role, ...]:
    """Return the roles that the actor may give."""
    if not actor.may_lead:
        return ()
    return tuple(role for role in Role if role is not Role.ADMIN or actor.role is Role.ADMIN)


def check_may_give(actor: Actor, role: Role) -> None:
    """
    Let the actor pass if they may give `role`.

    :raises NotAllowed: they may not.
    """
    if role not in roles_to_give(actor):
        raise NotAllowed(said("Only an admin may make somebody %(role)s.", role=_IN_WORDS[role]))


def require_over(actor: Actor, person: Person) -> None:
    """
    Let the actor pass if they may change how `person` stands: an admin is changed by admins only.

    :raises NotAllowed: they may not.
    """
    if person.role == Role.ADMIN and actor.role is not Role.ADMIN:
        raise NotAllowed("Only an admin may change what an admin is.")
