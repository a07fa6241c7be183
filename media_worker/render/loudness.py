"""What the loudness filter measured while it worked."""

from __future__ import annotations

import json
import math
from pathlib import Path

from api_schema.media_jobs import SoundFacts
from media_worker.render.written import read_written

LOUDNESS_FILE = "loudness.json"  # in the job's directory; it appears when the sound has ended
# The gate of EBU R128 is at -70: blocks below do not count. Between it and this is the hiss of a muted microphone.
_AUDIBLE_FROM_LUFS = -60.0


def read_loudness(directory: Path) -> SoundFacts | None:
    """Return how loud the sound came in, as a phone plays it; None when it was too short to be measured."""
    try:
        measured = json.loads(read_written(directory / LOUDNESS_FILE))
        loudness_lufs = float(measured["input_i"])
    except FileNotFoundError:
        return None
    if not math.isfinite(loudness_lufs):  # -inf: not one block above the gate
        return SoundFacts(is_audible=False)
    return SoundFacts(is_audible=loudness_lufs >= _AUDIBLE_FROM_LUFS, loudness_lufs=loudness_lufs)
