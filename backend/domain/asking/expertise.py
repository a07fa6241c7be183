"""
What people are known to know about a topic: what they fixed, who pointed at them, what they declared and are
certified for. Only what somebody gave counts; how often they asked is read nowhere here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from backend.domain import tenancy
from backend.domain.asking.certifying import valid_certifications
from backend.domain.asking.models import Ask, Skill, VerifiedFix
from backend.domain.asking.scoring import FIX_HALF_LIFE, WEIGHTS, saturating
from backend.domain.equipment.models import AssetModel

Known = TypeVar("Known")

# How much a fix says about the topic, 0..1.
_THIS = 1.0
_SAME_MODEL = 0.4  # another fault of the same machine
_SAME_FAMILY = 0.1


@dataclass(frozen=True)
class Topic:
    """A fault, a machine, a family of machines, or some of these. Codes are normalised."""

    codes: tuple[str, ...] = ()
    models: tuple[AssetModel, ...] = ()
    families: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.codes or self.models or self.families)

    @property
    def all_families(self) -> set[str]:
        """The families that were named, and those of the models that were."""
        return {*self.families, *(model.family for model in self.models)}

    def is_about(self, fix: VerifiedFix) -> float:
        """Return 0..1: how much `fix` says about the topic."""
        is_family = fix.asset_model.family in self.all_families
        if self.models and fix.asset_model_id not in {model.pk for model in self.models}:
            return _SAME_FAMILY if is_family else 0.0
        if self.families and not self.models and not is_family:
            return 0.0
        if self.codes and fix.fault_code not in self.codes:
            return _SAME_MODEL if self.models else _SAME_FAMILY
        return _THIS


@dataclass(frozen=True)
class Fixed:
    """What one person fixed: a code on a model, so often, last then."""

    asset_model: AssetModel
    fault_code: str  # normalised, or empty
    fixes_count: int
    last_fixed_at: datetime
    is_this: bool  # it is the topic, not only near it


@dataclass(frozen=True)
class Expertise:
    """What one person is known to know about a topic."""

    fixed: tuple[Fixed, ...] = ()  # the topic first, then what is near it; the last fixed first
    recommended_count: int = 0  # colleagues who said "ask them" about such machines
    skills: tuple[str, ...] = ()
    certifications: tuple[str, ...] = ()  # that hold
    worth: float = 0.0  # compares people of one answer; decays with the age of fixes

    @property
    def has_fixed_this(self) -> bool:
        return any(fixed.is_this for fixed in self.fixed)


def expertise_about(*, organisation_id: UUID, topic: Topic, now: datetime) -> dict[UUID, Expertise]:
    """Return by person what they know about `topic`: whoever knows something, in four queries."""
    fixes = _fixes(organisation_id, topic, now=now)
    recommended = _recommended(organisation_id, topic)
    skills = _skills(organisation_id, topic)
    certifications = _certifications(organisation_id, topic, now=now)
    return {
        person_id: _expertise(
            topic,
            fixes.get(person_id, []),
            recommended_count=recommended[person_id],
            skills=skills.get(person_id, []),
            certifications=certifications.get(person_id, []),
            now=now,
        )
        for person_id in {*fixes, *recommended, *skills, *certifications}
    }


def _expertise(
    topic: Topic,
    fixes: list[VerifiedFix],
    *,
    recommended_count: int,
    skills: list[str],
    certifications: list[str],
    now: datetime,
) -> Expertise:
    evidence = sum(topic.is_about(fix) * 0.5 ** ((now - fix.fixed_at) / FIX_HALF_LIFE) for fix in fixes)
    worth = (
        WEIGHTS.fixed_same_code * saturating(evidence)
        + WEIGHTS.referred_to * saturating(recommended_count)
        + WEIGHTS.has_skill * bool(skills)
        + WEIGHTS.is_certified * bool(certifications)
    )
    return Expertise(_grouped(topic, fixes), recommended_count, tuple(skills), tuple(certifications), worth)


def _grouped(topic: Topic, fixes: Iterable[VerifiedFix]) -> tuple[Fixed, ...]:
    """Return one entry a model and code."""
    groups: dict[tuple[UUID, str], list[VerifiedFix]] = defaultdict(list)
    for fix in fixes:
        groups[fix.asset_model_id, fix.fault_code].append(fix)
    fixed = [
        Fixed(group[0].asset_model, code, len(group), max(fix.fixed_at for fix in group), _is_this(topic, group[0]))
        for (_, code), group in groups.items()
    ]
    return tuple(sorted(fixed, key=lambda one: (one.is_this, one.last_fixed_at), reverse=True))


def _is_this(topic: Topic, fix: VerifiedFix) -> bool:
    return topic.is_about(fix) == _THIS


def _fixes(organisation_id: UUID, topic: Topic, *, now: datetime) -> dict[UUID, list[VerifiedFix]]:
    near = Q(asset_model__family__in=topic.all_families)
    if not topic.models and not topic.families:
        near = Q(fault_code__in=topic.codes)
    rows = (
        tenancy.within_organisation(organisation_id, VerifiedFix)
        .filter(near, fixed_at__lte=now)
        .select_related("asset_model")
    )
    return _by_person((row.person_id, row) for row in rows if topic.is_about(row))


def _recommended(organisation_id: UUID, topic: Topic) -> Counter[UUID]:
    asks = tenancy.within_organisation(organisation_id, Ask).filter(
        referred_by__isnull=False, round__asset__asset_model__family__in=topic.all_families
    )
    return Counter(asks.values_list("person_id", flat=True))


def _skills(organisation_id: UUID, topic: Topic) -> dict[UUID, list[str]]:
    rows = tenancy.within_organisation(organisation_id, Skill).filter(family__in=topic.all_families)
    return _by_person(rows.order_by("family").values_list("person_id", "family"))


def _certifications(organisation_id: UUID, topic: Topic, *, now: datetime) -> dict[UUID, list[str]]:
    """Return the certifications that are named after the family, the make or the model."""
    names = {*topic.all_families, *(model.make for model in topic.models), *(str(model) for model in topic.models)}
    named = Q(pk__in=[])
    for name in names:
        named |= Q(name__iexact=name)
    rows = valid_certifications(organisation_id, now=now).filter(named)
    return _by_person(rows.order_by("name").values_list("person_id", "name"))


def _by_person(pairs: Iterable[tuple[UUID, Known]]) -> dict[UUID, list[Known]]:
    found: dict[UUID, list[Known]] = defaultdict(list)
    for person_id, one in pairs:
        found[person_id].append(one)
    return found
