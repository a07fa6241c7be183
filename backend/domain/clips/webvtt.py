"""Captions as WebVTT. Source: W3C WebVTT, section 4."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DOUBTFUL_BELOW = 0.5  # confidence


@dataclass(frozen=True)
class Caption:
    start_ms: int
    end_ms: int
    text: str
    confidence: float  # 0..1


def render_webvtt(captions: Iterable[Caption]) -> str:
    """Return a WebVTT document. Doubtful captions are in the class `doubtful`, which a player may style."""
    blocks = ["WEBVTT\n"]
    for caption in captions:
        times = f"{_timestamp(caption.start_ms)} --> {_timestamp(caption.end_ms)}"
        blocks.append(f"{times}\n{_payload(caption)}\n")
    return "\n".join(blocks)


def _payload(caption: Caption) -> str:
    # An empty line would end the cue, and `<`, `&` would be read as markup.
    lines = [line.strip() for line in caption.text.splitlines() if line.strip()]
    text = "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<c.doubtful>{text}</c>" if caption.confidence < DOUBTFUL_BELOW else text


def _timestamp(at_ms: int) -> str:
    minutes, rest_ms = divmod(at_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest_ms // 1000:02d}.{rest_ms % 1000:03d}"
