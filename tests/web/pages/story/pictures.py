"""Pictures of the story for the docs, taken while it is played: `make pages-pictures`."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from tests.web.browser import Tab

DIRECTORY = Path(__file__).resolve().parents[4] / "docs" / "pages"
_COLOURS = 128  # a page has few, and a picture stays under 150 kB


def take_picture(tab: Tab, name: str) -> None:
    """Write what is seen now to `docs/pages/`, if CUPPA_PICTURES is set."""
    if not os.environ.get("CUPPA_PICTURES"):
        return
    DIRECTORY.mkdir(exist_ok=True)
    path = DIRECTORY / f"{name}.png"
    tab.take_picture(path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
