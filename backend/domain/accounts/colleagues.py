"""The people of an organisation who can be named for something."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput


def colleagues(actor: Actor) -> QuerySet[Person]:
    """Return everybody of the actor's organisation, themselves too, who was not removed."""
    return tenancy.within(actor, Person).filter(is_active=True).select_related("site")


def colleague_named(actor: Actor, person_id: UUID, *, field: str) -> Person:
    """
    Return the person whom `field` of an input names.

    :raises InvalidInput: there is no such person in the actor's organisation, or they were removed.
    """
    person = colleagues(actor).filter(pk=person_id).first()
    if person is None:
        raise InvalidInput(**{field: "Nobody of your organisation has this id."})
    return person


def site_named(actor: Actor, site_id: UUID | None, *, field: str) -> Site | None:
    """
    Return the site that `field` of an input names, if it names one.

    :raises InvalidInput: there is no such site in the actor's organisation.
    """
    if site_id is None:
        return None
    site = tenancy.within(actor, Site).filter(pk=site_id).first()
    if site is None:
        raise InvalidInput(**{field: "Your organisation has no site with this id."})
    return site


def list_sites(*, actor: Actor) -> QuerySet[Site]:
    """Return the sites of the organisation, by name."""
    return tenancy.within(actor, Site).order_by("name")
