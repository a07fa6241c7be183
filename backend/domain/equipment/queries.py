"""What can be asked about machines."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import Asset


def find_asset(*, actor: Actor, asset_id: UUID) -> Asset:
    """
    Return one machine with its model, codes and site.

    :raises NotFound: there is none in the actor's organisation.
    """
    return tenancy.find_in(_whole(actor), asset_id)


def list_assets(*, actor: Actor, tag: str = "", words: str = "") -> QuerySet[Asset]:
    """
    Return machines by exact `tag` (in any case), or those where each of `words` stands somewhere in tag, make, model,
    family or serial number.
    """
    assets = _whole(actor).order_by("tag")
    if tag:
        assets = assets.filter(tag__iexact=tag)
    for word in words.split():
        assets = assets.filter(
            Q(tag__icontains=word)
            | Q(serial_number__icontains=word)
            | Q(asset_model__make__icontains=word)
            | Q(asset_model__name__icontains=word)
            | Q(asset_model__family__icontains=word)
        )
    return assets


def vocabulary_of(asset: Asset) -> tuple[str, ...]:
    """Return the words a recogniser should expect about this machine: codes, make, model, tag, family."""
    model = asset.asset_model
    codes = [code.shown for code in model.fault_codes.all()]
    return tuple(dict.fromkeys([*codes, model.make, model.name, asset.tag, model.family]))


def identifiers_of(asset: Asset, fault_code: str) -> list[str]:
    """Return the normalised identifiers by which a fault on this machine is looked up."""
    candidates = [fault_code, asset.asset_model.name, asset.tag]
    return [code for code in dict.fromkeys(normalise_code(text) for text in candidates) if code]


def _whole(actor: Actor) -> QuerySet[Asset]:
    assets = tenancy.within(actor, Asset)
    return assets.select_related("asset_model", "site").prefetch_related("asset_model__fault_codes")
