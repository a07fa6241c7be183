"""What a page may cost on the line it is made for, and where each number comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields

# One bar: WebPageTest's profile "3GSlow" (connectivity.ini: 400 kbit/s both ways, 400 ms round trip); the processor of
# a phone: Lighthouse's (core/config/constants.js: cpuSlowdownMultiplier 4).
LATENCY_MS = 400
BYTES_PER_S = 400_000 / 8
CPU_SLOWDOWN = 4


@dataclass(frozen=True)
class Visit:
    """
    One visit of a page, or what it may cost.

    `can_type_ms`: until the first field is painted and the page draws frames; None where there is no field.
    `is_ready_ms`: until all scripts have run.
    """

    transferred_bytes: float
    script_bytes: float
    request_count: float
    first_paint_ms: float
    can_type_ms: float | None
    is_ready_ms: float


# Bytes and requests: as in tests/web/pages/test_weight.py. Times: what Lighthouse calls good on a line
# four times as fast (first contentful paint 1.8 s, time to interactive 3.8 s).
FIRST = Visit(75_000, 50_000, 30, 1_800, 3_800, 3_800)
AGAIN = Visit(15_000, 5_000, 5, 1_800, 3_800, 3_800)

NAMES = tuple(field.name for field in fields(Visit))
