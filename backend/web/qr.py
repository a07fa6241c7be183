"""Addresses as QR codes that stand in a page."""

from __future__ import annotations

import segno


def qr_picture(address: str) -> str:
    """Return the address as a QR code, for the `src` of a picture: an SVG, dark on light whatever the page is."""
    return str(segno.make_qr(address, error="m").svg_data_uri(scale=8, border=2, dark="#000", light="#fff"))
