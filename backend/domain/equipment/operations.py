"""How machines, their models and codes come to be known."""

from __future__ import annotations

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation, Site
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import Asset, AssetModel, FaultCode


@transaction.atomic
def add_asset_model(
    *, organisation: Organisation, make: str, name: str, family: str, fault_codes: dict[str, str] | None = None
) -> AssetModel:
    """Add a model with its fault codes: as shown → meaning."""
    model = tenancy.create(AssetModel, organisation=organisation, make=make, name=name, family=family)
    codes = [
        FaultCode(
            organisation=organisation, asset_model=model, shown=shown, normalised=normalise_code(shown), meaning=meaning
        )
        for shown, meaning in (fault_codes or {}).items()
    ]
    tenancy.create_many(FaultCode, codes)
    return model


@transaction.atomic
def add_asset(*, asset_model: AssetModel, site: Site, tag: str, serial_number: str = "") -> Asset:
    """Add a machine of `asset_model` that stands at `site`."""
    return tenancy.create(
        Asset,
        organisation_id=asset_model.organisation_id,
        asset_model=asset_model,
        site=site,
        tag=tag,
        serial_number=serial_number,
    )
