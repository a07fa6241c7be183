"""What an organisation chooses for all of its people: what pushes say, and how often one person may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.leading import lead_alone, require_leader
from backend.domain.accounts.models import Organisation
from backend.domain.actor import Actor, Role
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.saying import said

MOST_A_SHIFT: Final = 20
MOST_A_WEEK: Final = 50


@dataclass(frozen=True)
class OrganisationChoices:
    """What to change; None leaves it. `asks_per_shift`, `asks_per_week`: pushes that ask one person, at most."""

    pushes_details: bool | None = None
    asks_per_shift: int | None = None
    asks_per_week: int | None = None


@transaction.atomic
def change_organisation(*, actor: Actor, choices: OrganisationChoices) -> Organisation:
    """
    Change what the actor's organisation chose. It counts from the next wave and the next push on.

    Transaction: opens its own. Idempotent.

    :raises NotAllowed: only admins choose what pushes say, and only those who lead how often people are asked.
    :raises InvalidInput: a budget cannot be.
    """
    require_leader(actor, to=said("change what the organisation chose"))
    if choices.pushes_details is not None and actor.role is not Role.ADMIN:
        raise NotAllowed("Only an admin may choose what pushes say.")
    lead_alone(actor)
    organisation = own_organisation(actor=actor)
    for name in ("pushes_details", "asks_per_shift", "asks_per_week"):
        if (chosen := getattr(choices, name)) is not None:
            setattr(organisation, name, chosen)
    _check_budget(organisation)
    organisation.save(update_fields=["pushes_details", "asks_per_shift", "asks_per_week"])
    return organisation


def own_organisation(*, actor: Actor) -> Organisation:
    """Return the actor's organisation."""
    return tenancy.across_organisations(Organisation, why="it is the actor's own").get(pk=actor.organisation_id)


def _check_budget(organisation: Organisation) -> None:
    if not 1 <= organisation.asks_per_shift <= MOST_A_SHIFT:
        raise InvalidInput(asks_per_shift=said("A person is asked 1 to %(most)s times a shift.", most=MOST_A_SHIFT))
    if not organisation.asks_per_shift <= organisation.asks_per_week <= MOST_A_WEEK:
        raise InvalidInput(
            asks_per_week=said("A week has at least what a shift has, and at most %(most)s.", most=MOST_A_WEEK)
        )
