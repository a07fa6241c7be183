"""What stops the embedded stack, said so that the person at the keyboard knows what to do."""

from __future__ import annotations


class UnableToStart(RuntimeError):
    """The text is one clear sentence; it is all that the person sees."""
