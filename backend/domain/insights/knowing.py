"""Which machines somebody of the organisation is known to know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import Skill, VerifiedFix
from backend.domain.equipment.models import AssetModel


@dataclass(frozen=True)
class Knowledge:
    """Models that somebody has fixed, and families that somebody says to know; of people who are still here."""

    fixed_models: Collection[UUID]
    declared_families: Collection[str]

    def is_there_for(self, model: AssetModel) -> bool:
        return model.pk in self.fixed_models or model.family.casefold() in self.declared_families


def read_knowledge(*, actor: Actor) -> Knowledge:
    """Return what somebody knows, whoever it is. Two queries."""
    fixes = tenancy.within(actor, VerifiedFix).filter(person__is_active=True)
    skills = tenancy.within(actor, Skill).filter(person__is_active=True)
    return Knowledge(
        fixed_models=set(fixes.values_list("asset_model_id", flat=True).distinct()),
        declared_families={family.casefold() for family in skills.values_list("family", flat=True).distinct()},
    )
