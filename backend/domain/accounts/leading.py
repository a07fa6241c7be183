"""What only those who lead people may do."""

from __future__ import annotations

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation
from backend.domain.actor import Actor
from backend.domain.errors import NotAllowed
from backend.domain.saying import Said, said


def require_leader(actor: Actor, *, to: Said) -> None:
    """
    Let supervisors and admins pass; `to` says what for.

    :raises NotAllowed: the actor is neither.
    """
    if not actor.may_lead:
        raise NotAllowed(said("Only a supervisor or an admin may %(act)s.", act=to))


def lead_alone(actor: Actor) -> None:
    """
    Let nobody else arrange things in the organisation until this ends: two could give the same duty, or the same name.

    Transaction: required.
    """
    organisations = tenancy.across_organisations(Organisation, why="it is the actor's own, by its id")
    organisations.select_for_update(no_key=True).get(pk=actor.organisation_id)
