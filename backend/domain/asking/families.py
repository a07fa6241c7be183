"""Families of machines: one spelling for what people type, so that skills and communities meet the machines."""

from __future__ import annotations

from uuid import UUID

from backend.domain import tenancy
from backend.domain.equipment.models import AssetModel
from backend.domain.errors import InvalidInput


def as_known_family(organisation_id: UUID, typed: str) -> str:
    """
    Return the family as the organisation's machines spell it, or as it was typed when there is no such machine yet.

    :raises InvalidInput: nothing was typed.
    """
    spoken = _sounds_like(typed)
    if not spoken:
        raise InvalidInput(family="Name a family of machines.")
    families = families_here(organisation_id)
    return next((family for family in families if _sounds_like(family) == spoken), " ".join(typed.split()))


def families_here(organisation_id: UUID) -> list[str]:
    """Return the families of the organisation's machines, in order."""
    models = tenancy.within_organisation(organisation_id, AssetModel).order_by("family")
    return list(models.values_list("family", flat=True).distinct())


def _sounds_like(family: str) -> str:
    """Return what is left without case, spaces and hyphens: `Air cooled chiller` is `air-cooled chiller`."""
    return "".join(letter for letter in family.casefold() if letter.isalnum())
