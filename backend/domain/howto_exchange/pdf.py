"""How-tos on paper: PDF without any program or font of the machine (ADR 0032)."""

from __future__ import annotations

import io
import logging
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.errors import FPDFException
from PIL import Image

from backend.domain.howto_exchange.sheet import Front, Sheet, SheetStep

_FONTS: Final = Path(__file__).parent / "fonts"
_FAMILY: Final = "DejaVu"
_MARGIN_MM: Final = 18
_POSTER_MM: Final = 70
_BOX: Final = "\N{WHITE SQUARE}"
_NOT_WHOLE: Final = f"Some characters of this how-to cannot be printed here ({_BOX}). The HTML export has all of them."
_GREY: Final = 95
_RED: Final = (179, 38, 30)
_logger: Final = logging.getLogger(__name__)
# One line for each letter that the font lacks; we draw a box in its place and say so in docs/howtos.md.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def pdf_document(sheets: Iterable[Sheet], *, front: Front | None = None) -> bytes:
    """
    Return the how-tos as a PDF (A4), each beginning a page.

    Writing is shaped (letters of Arabic are joined) and runs in its own direction. What the font has no letter for is
    a box, and the how-to says below itself that it is whole on the page.
    """
    paper = _Paper()
    if front:
        _draw_front(paper, front)
    for sheet in sheets:
        _draw(paper, sheet)
    return bytes(paper.output())


class _Paper(FPDF):
    """Pages with our fonts, and their number below."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.add_font(_FAMILY, fname=_FONTS / "DejaVuSans.ttf")
        self.add_font(_FAMILY, style="B", fname=_FONTS / "DejaVuSans-Bold.ttf")
        self.has_boxes = False
        self._letters = self.fonts[_FAMILY.lower()].cmap.keys()  # type: ignore[union-attr]  # a font of a file has one
        self.set_margin(_MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=_MARGIN_MM)
        self.set_title("How-tos")
        self.set_creator("Cuppa")

    def footer(self) -> None:
        """Write the page's number."""
        self.set_y(-_MARGIN_MM + 4)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(_GREY)
        self.cell(0, 4, str(self.page_no()), align="C")

    def write_block(self, text: str, *, size: float = 10.5, is_bold: bool = False, grey: int = 0) -> None:
        """Write a paragraph over the whole width; the next begins below it."""
        self.set_font(_FAMILY, style="B" if is_bold else "", size=size)
        self.set_text_color(grey)
        for line in self.printable(text).split("\n"):
            self.set_text_shaping(use_shaping_engine=_needs_shaping(line))
            self.multi_cell(0, size * 0.5, line, align=_side(line), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def printable(self, text: str) -> str:
        """Return the text with a box for each letter that the font lacks, and without control characters."""
        return "".join(self._drawn(letter) for letter in text)

    def _drawn(self, letter: str) -> str:
        if letter == "\n" or ord(letter) in self._letters:
            return letter
        # Joiners, direction marks and controls take no room.
        if not letter.isprintable():
            return ""
        self.has_boxes = True
        return _BOX


def _needs_shaping(text: str) -> bool:
    """Return whether letters run from the right, are joined or bear marks. Shaping takes seven times as long."""
    return any(unicodedata.bidirectional(letter) in {"R", "AL", "NSM"} for letter in text)


def _side(text: str) -> str:
    """Return the side on which a paragraph begins, by its first letter that has a direction (UAX 9, P2 and P3)."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    first = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return "L" if first == "L" else "R"


def _draw_front(paper: _Paper, front: Front) -> None:
    paper.add_page()
    paper.set_title(front.title)
    paper.ln(40)
    paper.write_block(front.title, size=24, is_bold=True)
    if front.description:
        paper.ln(4)
        paper.write_block(front.description)
    paper.ln(8)
    for number, title in enumerate(front.contents, start=1):
        paper.write_block(f"{number}.  {title}")


def _draw(paper: _Paper, sheet: Sheet) -> None:
    paper.has_boxes = False
    paper.add_page()
    paper.start_section(paper.printable(sheet.title)[:100])
    paper.write_block(sheet.title, size=18, is_bold=True)
    paper.write_block(sheet.machine, size=9, grey=_GREY)
    paper.write_block(sheet.standing, size=9, grey=_GREY)
    for heading, text in (("Corrected", sheet.corrections), ("Hazards", sheet.hazards)):
        if text:
            _draw_warning(paper, heading, text)
    for heading, text in sheet.sections:
        _draw_section(paper, heading, text)
    if sheet.needed:
        _draw_section(paper, "Parts and tools", "\n".join(sheet.needed))
    _draw_section(paper, "Steps", "")
    for number, step in enumerate(sheet.steps, start=1):
        _draw_step(paper, number, step)
    if sheet.credited:
        paper.ln(4)
        paper.write_block(f"Learnt by {sheet.credited}.", size=9, grey=_GREY)
    if paper.has_boxes:
        paper.ln(4)
        paper.write_block(_NOT_WHOLE, size=9, grey=_GREY)


def _draw_section(paper: _Paper, heading: str, text: str) -> None:
    paper.ln(4)
    paper.write_block(heading, size=11, is_bold=True)
    if text:
        paper.write_block(text)


def _draw_warning(paper: _Paper, heading: str, warning: str) -> None:
    paper.ln(3)
    paper.set_draw_color(*_RED)
    paper.set_line_width(0.8)
    paper.set_text_color(*_RED)
    paper.set_font(_FAMILY, style="B", size=11)
    paper.multi_cell(0, 6, heading, border="LTR", padding=(2, 3, 0, 3), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_text_color(0)
    paper.set_font(_FAMILY, size=10.5)
    text = paper.printable(warning)
    paper.set_text_shaping(use_shaping_engine=_needs_shaping(text))
    side, padding = _side(text), (0, 3, 2, 3)
    paper.multi_cell(0, 5.25, text, border="LBR", padding=padding, align=side, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _draw_step(paper: _Paper, number: int, step: SheetStep) -> None:
    paper.ln(2)
    paper.write_block(f"{number}.  {step.text}")
    if step.poster:
        _draw_poster(paper, step.poster)
    if step.when:
        paper.write_block(f"Film {step.when}", size=9, grey=_GREY)


def _draw_poster(paper: _Paper, poster: bytes) -> None:
    try:
        paper.ln(1)
        with Image.open(io.BytesIO(poster)) as picture:
            mm_per_px = _POSTER_MM / max(picture.size)
            width_mm, height_mm = (side * mm_per_px for side in picture.size)
        paper.image(io.BytesIO(poster), w=width_mm, h=height_mm)
    except (FPDFException, OSError, ValueError):  # what it is lies in the object store: nothing to mend here
        _logger.warning("a poster could not be drawn on paper")
