"""Colours can be read: in full sun at 7:1 (WCAG 2.2, AAA), in the dark at 4.5:1, and edges at 3:1."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from backend.web import apps

_STYLES = Path(apps.__file__).parent / "static" / "web" / "cuppa.css"
_GROUNDS = ("ground", "surface", "sunken")
# What is written on what.
PAIRS = [
    *product(("ink", "quiet"), _GROUNDS),
    *product(("accent", "good", "warn", "bad"), ("ground", "surface")),
    *((tone, f"{tone}-soft") for tone in ("accent", "good", "warn", "bad")),
    *product(("ink",), ("accent-soft", "good-soft", "warn-soft", "bad-soft")),
    ("accent-ink", "accent"),
]
EDGES = list(product(("edge", "focus"), _GROUNDS))


def colours() -> dict[str, dict[str, str]]:
    """Return the colours by name, in light and in the dark."""
    light, dark, *_paper = re.findall(r":root \{(.*?)\}", _STYLES.read_text(), re.DOTALL)
    named = {
        mode: dict(re.findall(r"--([\w-]+): (#\w+);", text)) for mode, text in {"light": light, "dark": dark}.items()
    }
    return {"light": named["light"], "dark": named["light"] | named["dark"]}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours. Source: WCAG 2.2, contrast ratio and relative luminance."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class TestColours:
    @pytest.mark.parametrize(("mode", "least"), [("light", 7.0), ("dark", 4.5)])
    def test_of_text_can_be_read_on_what_it_stands_on(self, mode: str, least: float) -> None:
        named = colours()[mode]

        found = {(text, ground): round(contrast(named[text], named[ground]), 2) for text, ground in PAIRS}

        assert {pair: ratio for pair, ratio in found.items() if ratio < least} == {}

    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_of_edges_and_of_the_focus_are_seen(self, mode: str) -> None:
        named = colours()[mode]

        found = {(edge, ground): round(contrast(named[edge], named[ground]), 2) for edge, ground in EDGES}

        assert {pair: ratio for pair, ratio in found.items() if ratio < 3} == {}

    def test_are_measured_as_the_standard_says(self) -> None:
        assert contrast("#fff", "#000") == 21
        assert round(contrast("#777", "#ffffff"), 2) == 4.48
