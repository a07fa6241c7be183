"""What a phone remembers of a machine, so that it can be asked about without a line."""

from __future__ import annotations

import json

from backend.domain.equipment.models import Asset


def as_remembered(asset: Asset) -> str:
    """Return the machine, with the codes of its model, as `rememberMachines` of asking/this-phone.js takes it."""
    model = asset.asset_model
    codes = [{"shown": code.shown, "meaning": code.meaning} for code in model.fault_codes.all()]
    machine = {"id": str(asset.pk), "tag": asset.tag, "model": str(model), "family": model.family}
    return json.dumps({**machine, "site": asset.site.name, "codes": codes})
