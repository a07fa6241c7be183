"""The two clips that ship with the project: `ask.mp4` and `try.mp4`; see clips/README.md."""

from __future__ import annotations

from pathlib import Path

CLIPS = Path(__file__).with_name("clips")
