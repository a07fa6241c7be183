"""Who looks after a how-to, and what its texts need before they may go out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.howtos.locking import hold
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.queries import WholeHowTo, get_howto
from backend.domain.howtos.states import Governance


@transaction.atomic
def arrange(
    *,
    actor: Actor,
    howto_id: UUID,
    governance: Governance | None = None,
    requires_certification: str | None = None,
    owner_id: UUID | None = None,
) -> WholeHowTo:
    """
    Set what is given: the governance, the certification that approvers need (empty: none), the owner.

    What is out stays out; the next version answers to the new rules.
    Tenancy: how-to and owner are looked up in the actor's organisation.
    Transaction: opens its own. Idempotent.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to, or active person, in the actor's organisation.
    :raises IllegalMove: the how-to is archived.
    """
    howto = hold(actor=actor, howto_id=howto_id, action=Action.ARRANGE).howto
    if governance is not None:
        howto.governance = governance.value
    if requires_certification is not None:
        howto.requires_certification = " ".join(requires_certification.split())
    if owner_id is not None:
        howto.owner = tenancy.find_in(tenancy.within(actor, Person).filter(is_active=True), owner_id)
    howto.save(update_fields=["governance", "requires_certification", "owner"])
    return get_howto(actor=actor, howto_id=howto_id)
