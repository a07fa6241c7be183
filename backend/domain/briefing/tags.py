"""The tag on a machine's side: a QR code that any phone reads, with the tag in letters below it."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit
from uuid import UUID

import segno

from backend.domain.actor import Actor
from backend.domain.equipment.models import Asset
from backend.domain.equipment.queries import find_asset, list_assets
from backend.domain.errors import NotFound

_PATH = "/a/"
QUIET_ZONE = 4  # modules around the code, as ISO/IEC 18004 asks for
_LETTERS_HEIGHT = 6  # modules below it


def tag_address(asset: Asset, *, public_url: str) -> str:
    """Return what the machine's QR code says. The id, for a tag can be painted anew."""
    return f"{public_url}{_PATH}{asset.pk}"


def draw_tag(*, actor: Actor, asset_id: UUID, public_url: str) -> str:
    """
    Return the machine's tag as SVG, to be printed at any size: its QR code and its tag in letters.

    Error correction of level Q: a quarter of it may be scratched or oily.

    :raises NotFound: there is no such machine in the actor's organisation.
    """
    asset = find_asset(actor=actor, asset_id=asset_id)
    code = segno.make_qr(tag_address(asset, public_url=public_url), error="q")
    side = int(code.symbol_size(border=QUIET_ZONE)[0])
    drawn = code.svg_inline(border=QUIET_ZONE, omitsize=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side + _LETTERS_HEIGHT}">'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<svg width="{side}" height="{side}">{drawn}</svg>'
        f'<text x="{side / 2}" y="{side + 2}" font-family="sans-serif" font-size="4" text-anchor="middle"'
        f' textLength="{_letters_width(asset.tag, side)}" lengthAdjust="spacingAndGlyphs">{escape(asset.tag)}</text>'
        "</svg>"
    )


def find_scanned(*, actor: Actor, code: str) -> Asset:
    """
    Return the machine that a scanned code names: one of our addresses, an id, or the tag in letters, in any case.

    An address is read wherever it leads to, for a server moves and its tags stay on the machines.

    :raises NotFound: there is no such machine in the actor's organisation.
    """
    asset_id = _id_in(code)
    if asset_id is not None:
        return find_asset(actor=actor, asset_id=asset_id)
    asset = list_assets(actor=actor, tag=code.strip()).first() if code.strip() else None
    if asset is None:
        raise NotFound("No machine has this code.")
    return asset


def _id_in(code: str) -> UUID | None:
    try:
        path = urlsplit(code.strip()).path
        return UUID(path.rsplit(_PATH, 1)[-1].strip("/"))
    except ValueError:
        return None


def _letters_width(tag: str, side: int) -> float:
    return min(2.4 * len(tag), side - 2 * QUIET_ZONE)
