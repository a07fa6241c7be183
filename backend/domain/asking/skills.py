"""What a colleague knows of families of machines: what they declared, who confirmed it, and what tries have shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.colleagues import colleagues
from backend.domain.accounts.leading import require_leader
from backend.domain.actor import Actor
from backend.domain.asking.models import Skill, VerifiedFix
from backend.domain.errors import NotAllowed, NotFound
from backend.domain.saying import said


@dataclass(frozen=True)
class KnownFamily:
    """One family. `skill`: as they declared it; None: only their fixes say so. `last_fixed_at`: None without a fix."""

    family: str
    skill: Skill | None
    fixes_count: int
    last_fixed_at: datetime | None


def known_families(*, actor: Actor, person_id: UUID) -> list[KnownFamily]:
    """
    Return what a colleague knows, by family: what is confirmed by most fixes first. Two queries.

    :raises NotFound: there is no such person, or they left.
    """
    tenancy.find_in(colleagues(actor), person_id)
    declared = {skill.family: skill for skill in _skills(actor, person_id).select_related("confirmed_by__site")}
    fixes = tenancy.within(actor, VerifiedFix).filter(person_id=person_id).order_by()
    learned = {
        row["family"]: row
        for row in fixes.values(family=F("asset_model__family")).annotate(count=Count("pk"), last=Max("fixed_at"))
    }
    known = [
        KnownFamily(
            family,
            declared.get(family),
            fixes_count=learned[family]["count"] if family in learned else 0,
            last_fixed_at=learned[family]["last"] if family in learned else None,
        )
        for family in {*declared, *learned}
    ]
    return sorted(known, key=lambda one: (-one.fixes_count, one.family.casefold()))


@transaction.atomic
def confirm_skill(*, actor: Actor, person_id: UUID, skill_id: UUID, now: datetime) -> Skill:
    """
    Record that the actor, who leads, knows that it is so. It tells colleagues; whom a question asks stays the same.

    Transaction: opens its own. Idempotent: the first confirmation stays.

    :raises NotAllowed: the actor leads nobody, or it is their own skill.
    :raises NotFound: the person declared no such skill, or left.
    """
    require_leader(actor, to=said("confirm skills"))
    if person_id == actor.person_id:
        raise NotAllowed("Somebody else has to confirm what you say of yourself.")
    skill = _find(actor, person_id, skill_id)
    if skill.confirmed_at is None:
        skill.confirmed_by, skill.confirmed_at = tenancy.find_in(colleagues(actor), actor.person_id), now
        skill.save(update_fields=["confirmed_by", "confirmed_at"])
    return skill


@transaction.atomic
def withdraw_skill_of(*, actor: Actor, person_id: UUID, skill_id: UUID) -> None:
    """
    Forget a skill that a colleague declared: from now on they are not asked for it. What their fixes show stays.

    Transaction: opens its own.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: the person declared no such skill, or left.
    """
    require_leader(actor, to=said("withdraw skills"))
    tenancy.same_row(_find(actor, person_id, skill_id)).delete()


def _find(actor: Actor, person_id: UUID, skill_id: UUID) -> Skill:
    skills = _skills(actor, person_id).filter(person__is_active=True, pk=skill_id).select_related("confirmed_by__site")
    skill = skills.select_for_update(of=("self",)).first()
    if skill is None:
        raise NotFound("They declared no such skill.")
    return skill


def _skills(actor: Actor, person_id: UUID) -> QuerySet[Skill]:
    return tenancy.within(actor, Skill).filter(person_id=person_id)
