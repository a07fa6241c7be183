"""Many tags on sheets of labels: A4, 24 on a page (70 × 37 mm), to be printed by any browser without margins."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final
from uuid import UUID

import segno

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.briefing.tags import QUIET_ZONE, tag_address
from backend.domain.equipment.models import Asset
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.saying import said

PER_PAGE: Final = 24
MAX_TAGS: Final = 10 * PER_PAGE


def draw_tag_sheet(*, actor: Actor, asset_ids: Sequence[UUID], public_url: str) -> str:
    """
    Return an HTML page with the tags of these machines, in this order, each with its model and where it stands.

    It loads nothing and runs nothing. One query.

    :raises InvalidInput: none, too many, or one of them twice.
    :raises NotFound: one of them is no machine of the actor's organisation.
    """
    if not 0 < len(asset_ids) <= MAX_TAGS:
        raise InvalidInput(ids=said("Name 1 to %(most)s machines.", most=MAX_TAGS))
    if len(set(asset_ids)) < len(asset_ids):
        raise InvalidInput(ids="Name each machine once.")
    known = tenancy.within(actor, Asset).filter(pk__in=asset_ids).select_related("asset_model", "site")
    machines = {machine.pk: machine for machine in known}
    if len(machines) < len(asset_ids):
        raise NotFound("There is no asset with one of these ids.")
    labels = [_label(machines[asset_id], public_url=public_url) for asset_id in asset_ids]
    pages = ["".join(labels[first : first + PER_PAGE]) for first in range(0, len(labels), PER_PAGE)]
    return _PAGE.format(pages="".join(f"<section>\n{page}</section>\n" for page in pages))


def _label(machine: Asset, *, public_url: str) -> str:
    code = segno.make_qr(tag_address(machine, public_url=public_url), error="q")
    return (
        f"<article>{code.svg_inline(border=QUIET_ZONE, omitsize=True)}"
        f"<div><b>{escape(machine.tag)}</b><p>{escape(str(machine.asset_model))}</p>"
        f"<p>{escape(machine.site.name)}</p></div></article>\n"
    )


# Without any margin of the printer's: the grid is the sheet's.
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tags</title>
<style>
@page {{ size: A4; margin: 0 }}
* {{ box-sizing: border-box; margin: 0 }}
body {{ width: 210mm; font: 9pt sans-serif; color: #000; background: #fff }}
section {{ display: grid; grid-template: repeat(8, 37.125mm) / repeat(3, 70mm); height: 297mm; break-after: page }}
section:last-child {{ break-after: auto }}
article {{ display: flex; align-items: center; gap: 1mm; padding: 2mm; overflow: hidden }}
svg {{ flex: none; width: 33mm; height: 33mm }}
div {{ min-width: 0; overflow-wrap: anywhere }}
b {{ font-size: 13pt }}
p {{ margin-top: 1mm }}
</style>
{pages}</html>
"""
