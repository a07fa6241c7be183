"""What the technician's phone sees: a chiller, its isolator and its flow switch, each drawn at one moment."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from backend.demo.filming.canvas import Canvas, Colour, Point, bar, blank, box, disc, label, segments

WIDTH_PX, HEIGHT_PX = 720, 1280
MARGIN_PX = 16  # drawn around the picture, so that a hand-held camera can sway

Scene = Callable[[Canvas, float, float], None]
"""Draws onto the canvas: how far the sentence is, 0..1, and seconds since the clip began."""

WALL, FLOOR, STEEL, DARK, BLACK = (150, 160, 166), (92, 96, 98), (206, 210, 208), (58, 64, 70), (16, 18, 20)
RED, GREEN, AMBER, BLUE, DIRT = (236, 40, 34), (60, 214, 96), (240, 190, 40), (52, 110, 176), (96, 70, 38)
GLOVE, SLEEVE, WHITE = (232, 120, 30), (30, 56, 110), (240, 242, 240)


def frame(scene: Scene, *, progress: float, at_s: float, clock: str) -> Canvas:
    """Return one portrait picture, (HEIGHT_PX, WIDTH_PX, rgb): the scene, swaying a little, and the burned-in clock."""
    canvas = blank(WIDTH_PX + 2 * MARGIN_PX, HEIGHT_PX + 2 * MARGIN_PX, WALL)
    box(canvas, (0, 1150), (WIDTH_PX + 2 * MARGIN_PX, 200), FLOOR)
    scene(canvas, progress, at_s)
    left = MARGIN_PX + round(9 * math.sin(at_s * 1.3) + 3 * math.sin(at_s * 3.7))
    top = MARGIN_PX + round(8 * math.sin(at_s * 0.9 + 1))
    seen = canvas[top : top + HEIGHT_PX, left : left + WIDTH_PX]
    box(seen, (24, 1196), (262, 60), BLACK, 10)
    label(seen, clock, (42, 1212), 28, WHITE)
    return seen


def stopped(canvas: Canvas, progress: float, at_s: float) -> None:
    """The chiller stands still and blinks E4."""
    _chiller(canvas, shows=_blinking(at_s), colour=RED, fan_turns=0)
    _hand(canvas, (560 - 120 * progress, 1130 - 60 * progress))


def fault_shown(canvas: Canvas, progress: float, at_s: float) -> None:
    """A finger points at the E4."""
    _chiller(canvas, shows=_blinking(at_s), colour=RED, fan_turns=0)
    _hand(canvas, (400 + 12 * math.sin(at_s * 5), 905 + 8 * progress))


def pump_runs(canvas: Canvas, _progress: float, at_s: float) -> None:
    """The water pump beside the chiller turns."""
    _chiller(canvas, shows=_blinking(at_s), colour=RED, fan_turns=0)
    disc(canvas, (180, 1110), 92, DARK)
    disc(canvas, (180, 1110), 78, BLUE)
    _blades(canvas, (180, 1110), 64, at_s * 2.2, WHITE)
    bar(canvas, (180, 1018), (180, 960), 34, BLUE)


def isolator_off(canvas: Canvas, progress: float, _at_s: float) -> None:
    """The isolator is turned off, then gets a padlock."""
    _isolator(canvas, on_share=1 - min(1, progress * 2), locked=progress > 0.65)


def isolator_on(canvas: Canvas, progress: float, _at_s: float) -> None:
    """The isolator is turned on again."""
    _isolator(canvas, on_share=min(1, progress * 1.6), locked=False)


def flow_switch_found(canvas: Canvas, progress: float, at_s: float) -> None:
    """The open panel: a pipe, the flow switch, and dirt on its paddle."""
    _flow_switch(canvas, dirt_share=1.0)
    _hand(canvas, (600 - 170 * progress, 900 - 120 * progress + 4 * math.sin(at_s * 6)))


def flow_switch_cleaned(canvas: Canvas, progress: float, at_s: float) -> None:
    """A brush takes the dirt off the paddle."""
    _flow_switch(canvas, dirt_share=max(0.0, 1 - 1.3 * progress))
    tip = (400 + 60 * math.sin(at_s * 9), 800.0)
    bar(canvas, tip, (tip[0] + 70, tip[1] + 110), 20, AMBER)
    _hand(canvas, (tip[0] + 70, tip[1] + 110))


def reset_pressed(canvas: Canvas, progress: float, at_s: float) -> None:
    """A finger holds the reset button; the code goes out."""
    gone = progress > 0.7
    _chiller(canvas, shows="--" if gone else _blinking(at_s), colour=AMBER if gone else RED, fan_turns=0)
    _hand(canvas, (548.0, 915 + 30 * abs(0.5 - min(progress, 0.5))))


def running(canvas: Canvas, _progress: float, at_s: float) -> None:
    """The fan turns and the display shows seven degrees, in green."""
    _chiller(canvas, shows="7C", colour=GREEN, fan_turns=at_s * 1.9)


def _blinking(at_s: float) -> str:
    return "E4" if at_s % 1 < 0.65 else "  "


def _chiller(canvas: Canvas, *, shows: str, colour: Colour, fan_turns: float) -> None:
    bar(canvas, (66, 0), (66, 1150), 44, BLUE)
    box(canvas, (110, 150), (560, 960), DARK, 18)
    box(canvas, (118, 158), (544, 944), STEEL, 14)
    label(canvas, "CHILLER", (236, 186), 46, DARK)
    disc(canvas, (390, 460), 196, DARK)
    _blades(canvas, (390, 460), 168, fan_turns, (150, 156, 160))
    for ring_px in (70, 120, 170):
        _ring(canvas, (390, 460), ring_px)
    _control_panel(canvas, shows, colour)
    for louvre in range(3):
        box(canvas, (160, 1010 + louvre * 28), (460, 10), (150, 156, 158), 4)


def _control_panel(canvas: Canvas, shows: str, colour: Colour) -> None:
    box(canvas, (150, 710), (480, 260), DARK, 16)
    box(canvas, (176, 738), (270, 204), BLACK, 8)
    segments(canvas, shows, (214, 768), 144, colour)
    disc(canvas, (548, 776), 26, colour)
    disc(canvas, (548, 886), 40, AMBER)
    label(canvas, "RESET", (494, 936), 24, WHITE)


def _blades(canvas: Canvas, centre: Point, reach: float, turns: float, colour: Colour) -> None:
    for blade in range(4):
        angle = 2 * math.pi * (turns + blade / 4)
        tip = (centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle))
        bar(canvas, centre, tip, reach * 0.3, colour)
    disc(canvas, centre, reach * 0.2, BLACK)


def _ring(canvas: Canvas, centre: Point, radius: float) -> None:
    corners = [(math.cos(step * math.pi / 18), math.sin(step * math.pi / 18)) for step in range(37)]
    ends = [(centre[0] + radius * x, centre[1] + radius * y) for x, y in corners]
    for start, end in pairwise(ends):
        bar(canvas, start, end, 5, STEEL)


def _isolator(canvas: Canvas, *, on_share: float, locked: bool) -> None:
    box(canvas, (170, 260), (420, 720), DARK, 24)
    box(canvas, (182, 272), (396, 696), (226, 214, 84), 18)
    label(canvas, "ISOLATOR", (214, 312), 42, BLACK)
    label(canvas, "ON", (392, 480), 40, BLACK)
    label(canvas, "OFF", (202, 640), 36, BLACK)
    hub = (420, 660)
    disc(canvas, hub, 108, RED)
    angle = math.pi * (1 - on_share / 2)  # points left when off, up when on
    reach = (98 * math.cos(angle), -98 * math.sin(angle))
    tip = (hub[0] + reach[0], hub[1] + reach[1])
    bar(canvas, (hub[0] - reach[0], hub[1] - reach[1]), tip, 50, (150, 20, 18))
    if locked:
        _padlock(canvas, (420, 880))
    else:
        _hand(canvas, (tip[0] + 20, tip[1] + 50))


def _padlock(canvas: Canvas, centre: Point) -> None:
    x, y = centre
    for start, end in (
        ((x - 34, y), (x - 34, y - 90)),
        ((x - 34, y - 90), (x + 34, y - 90)),
        ((x + 34, y - 90), (x + 34, y)),
    ):
        bar(canvas, start, end, 18, (190, 194, 198))
    box(canvas, (x - 66, y - 30), (132, 104), (196, 152, 40), 14)
    disc(canvas, (x, y + 16), 14, BLACK)


def _flow_switch(canvas: Canvas, *, dirt_share: float) -> None:
    box(canvas, (60, 120), (632, 1010), DARK, 12)
    box(canvas, (84, 144), (584, 962), (44, 48, 52), 8)
    label(canvas, "FLOW SWITCH", (160, 196), 40, WHITE)
    box(canvas, (84, 640), (584, 230), BLUE)
    box(canvas, (84, 664), (584, 182), (120, 178, 226))
    box(canvas, (300, 400), (180, 200), STEEL, 12)
    box(canvas, (340, 590), (100, 60), DARK, 6)
    bar(canvas, (390, 640), (390, 800), 22, STEEL)
    box(canvas, (352, 730), (76, 100), STEEL, 8)
    for spot in range(round(14 * dirt_share)):
        disc(canvas, (352 + spot * 29 % 80, 722 + spot * 67 % 112), 13 + spot % 3 * 4, DIRT)


def _hand(canvas: Canvas, tip: Point) -> None:
    x, y = tip
    bar(canvas, (x + 190, y + 330), (x + 330, y + 620), 150, SLEEVE)
    bar(canvas, (x + 120, y + 170), (x + 200, y + 340), 130, GLOVE)
    bar(canvas, tip, (x + 90, y + 150), 44, GLOVE)
    for finger in range(3):
        bar(canvas, (x + 110 + finger * 34, y + 90 + finger * 26), (x + 140 + finger * 24, y + 190), 46, (206, 98, 18))
