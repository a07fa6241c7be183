"""Pictures of the story for the docs, taken while it is played: `make pages-pictures`."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from tests.web.browser import Tab

DIRECTORY = Path(__file__).resolve().parents[4] / "docs" / "pages"
_COLOURS = 128  # a page has few, and a picture stays under 150 kB
_GAP_PX = 24


def take_picture(tab: Tab, name: str, *, of: str = "") -> None:
    """Write what is seen now to `docs/pages/`, if CUPPA_PICTURES is set. `of`: selects what is in its middle."""
    if not _are_wanted():
        return
    if of:
        tab.run("(of) => document.querySelector(of).scrollIntoView({ block: 'center' })", of)
    DIRECTORY.mkdir(exist_ok=True)
    path = _path_of(name)
    tab.take_picture(path)
    with Image.open(path) as picture:
        _write(picture.convert("RGB"), path)


def put_side_by_side(names: tuple[str, ...], *, name: str) -> None:
    """Write the pictures of these names as one, if CUPPA_PICTURES is set."""
    if not _are_wanted():
        return
    pictures = [Image.open(_path_of(one)).convert("RGB") for one in names]
    width = sum(picture.width + _GAP_PX for picture in pictures) - _GAP_PX
    row = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width + _GAP_PX
    _write(row, _path_of(name))


def _are_wanted() -> bool:
    return bool(os.environ.get("CUPPA_PICTURES"))


def _path_of(name: str) -> Path:
    return DIRECTORY / f"{name}.png"


def _write(picture: Image.Image, path: Path) -> None:
    few = picture.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
