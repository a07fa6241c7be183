"""The parts of the measurement: each a module with a `measure()`."""

from __future__ import annotations

from importlib import import_module

from bench.figures import Figure

PARTS = ("latency", "fanout", "reply", "chaos")


def measure(part: str) -> dict[str, Figure]:
    """Return the figures of one part. It sets Django up, so it is called once in a process."""
    figures: dict[str, Figure] = import_module(f"bench.push.{part}").measure()
    return figures
