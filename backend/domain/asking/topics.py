"""What somebody means who looks for people: `who has fixed E47 on a KX-240?` is a code and a model."""

from __future__ import annotations

import re
from uuid import UUID

from backend.domain import tenancy
from backend.domain.asking.expertise import Topic
from backend.domain.asking.models import VerifiedFix
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import Asset, AssetModel, FaultCode
from backend.domain.search.identifiers import candidate_identifiers

_WORD = re.compile(r"[\w-]+")
_LOOKS_LIKE_A_CODE = re.compile(r"[a-z]{1,4}-?[0-9]{1,5}[a-z]?", re.ASCII | re.IGNORECASE)


def topic_of(organisation_id: UUID, asked: str) -> Topic:
    """
    Return what `asked` names: codes, and the models, makes, tags and families of the organisation's machines.

    What looks like a code counts as one, also when nobody knows it: then nobody has fixed it. Four queries.
    """
    words = _WORD.findall(asked)
    candidates = set(candidate_identifiers(asked))
    known = list(tenancy.within_organisation(organisation_id, AssetModel).order_by("make", "name"))
    tagged = _tagged(organisation_id, words)
    models = [model for model in known if normalise_code(model.name) in candidates]
    models += [asset.asset_model for asset in tagged]
    models = models or [model for model in known if _is_said(model.make, words)]
    names = {normalise_code(model.name) for model in models} | {normalise_code(asset.tag) for asset in tagged}
    codes = _known_codes(organisation_id, candidates) | _look_like_codes(words)
    families = {model.family for model in known if _is_said(model.family.split()[-1], words)}
    return Topic(tuple(sorted(codes - names)), tuple(dict.fromkeys(models)), tuple(sorted(families)))


def _tagged(organisation_id: UUID, words: list[str]) -> list[Asset]:
    tags = {form for word in words for form in (word, word.upper())}
    machines = tenancy.within_organisation(organisation_id, Asset).filter(tag__in=tags)
    return list(machines.select_related("asset_model").order_by("tag"))


def _known_codes(organisation_id: UUID, candidates: set[str]) -> set[str]:
    shown = tenancy.within_organisation(organisation_id, FaultCode).filter(normalised__in=candidates)
    fixed = tenancy.within_organisation(organisation_id, VerifiedFix).filter(fault_code__in=candidates)
    return {*shown.values_list("normalised", flat=True), *fixed.values_list("fault_code", flat=True).distinct()}


def _look_like_codes(words: list[str]) -> set[str]:
    return {normalise_code(word) for word in words if _LOOKS_LIKE_A_CODE.fullmatch(word)}


def _is_said(name: str, words: list[str]) -> bool:
    """Return whether `name` is among the words, in any case; one chiller or several."""
    said = f" {' '.join(words)} ".casefold()
    return f" {name.casefold()} " in said or f" {name.casefold()}s " in said
