"""What an import's words name of ours: machines by make and name, people by their e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.equipment.models import AssetModel
from backend.domain.errors import InvalidInput
from backend.domain.howto_exchange.reading import ReadHowTo
from backend.domain.howtos.models import Credit
from backend.domain.saying import said


def models_of(actor: Actor, howtos: Sequence[ReadHowTo], asset_model_id: UUID | None) -> dict[UUID, AssetModel]:
    """
    Return our model of machine for each how-to, by its source id: the one of its make and name, else the given one.

    :raises InvalidInput: there is neither; each how-to is named.
    :raises NotFound: there is no such model in the actor's organisation.
    """
    otherwise = tenancy.find(actor, AssetModel, asset_model_id) if asset_model_id else None
    named = Q()
    for make, name in {(howto.make, howto.model) for howto in howtos}:
        named |= Q(make__iexact=make, name__iexact=name)
    ours = {
        (model.make.lower(), model.name.lower()): model for model in tenancy.within(actor, AssetModel).filter(named)
    }
    found = {howto.source_id: ours.get((howto.make.lower(), howto.model.lower()), otherwise) for howto in howtos}
    missing = {
        f"@graph.{place}.about": said(
            "There is no %(make)s %(model)s here; say with asset_model_id what it is.",
            make=howto.make,
            model=howto.model,
        )
        for place, howto in enumerate(howtos)
        if found[howto.source_id] is None
    }
    if missing:
        raise InvalidInput(**missing)
    return {source_id: model for source_id, model in found.items() if model}


def credits_of(actor: Actor, read: ReadHowTo) -> list[Credit]:
    """Return the credits, to be kept: people of the actor's organisation who have the e-mail, else names. One query."""
    emails = {credit.email for credit in read.credits if credit.email}
    wanted = Q(pk__in=[])
    for email in emails:
        wanted |= Q(email__iexact=email)
    people = {person.email.lower(): person for person in tenancy.within(actor, Person).filter(wanted)}
    return [
        Credit(
            organisation_id=actor.organisation_id,
            person=people.get(credit.email),
            name="" if credit.email in people else credit.name,
            contribution=credit.contribution,
        )
        for credit in read.credits
    ]
