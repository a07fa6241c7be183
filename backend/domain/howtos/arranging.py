"""Who looks after a how-to, and what its texts need before they may go out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.errors import NotAllowed
from backend.domain.howtos.locking import hold
from backend.domain.howtos.models import HowTo
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

    What is out stays out; the next version answers to the new rules. Those of a compliance how-to change only by who
    leads: a curator who could ease them could let a text of their own out alone.
    Tenancy: how-to and owner are looked up in the actor's organisation.
    Transaction: opens its own. Idempotent.

    :raises NotAllowed: the actor may not curate, or leads nobody and the how-to is of compliance.
    :raises NotFound: no such how-to, or active person, in the actor's organisation.
    :raises IllegalMove: the how-to is archived.
    """
    howto = hold(actor=actor, howto_id=howto_id, action=Action.ARRANGE).howto
    rules = _rules(howto, governance, requires_certification)
    if rules != (howto.governance, howto.requires_certification):
        _require_leader_for_compliance(actor, howto)
        howto.governance, howto.requires_certification = rules
    if owner_id is not None:
        howto.owner = tenancy.find_in(tenancy.within(actor, Person).filter(is_active=True), owner_id)
    howto.save(update_fields=["governance", "requires_certification", "owner"])
    return get_howto(actor=actor, howto_id=howto_id)


def _rules(howto: HowTo, governance: Governance | None, certification: str | None) -> tuple[str, str]:
    return (
        howto.governance if governance is None else governance.value,
        howto.requires_certification if certification is None else " ".join(certification.split()),
    )


def _require_leader_for_compliance(actor: Actor, howto: HowTo) -> None:
    # Also another certification in place of one may ask for less: it may be one that anybody has.
    if howto.governance == Governance.COMPLIANCE and not actor.may_lead:
        raise NotAllowed("Only a supervisor or an admin may change the rules of a compliance how-to.")
