"""What ends the story early, said so that the person at the keyboard knows which step and why."""

from __future__ import annotations


class StepFailed(RuntimeError):
    """The text is one clear sentence."""
