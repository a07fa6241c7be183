"""The fixed thread, and the how-to that became of it."""

from __future__ import annotations

from tests.domain.howtos.conftest import caption, fixing_try, howto

__all__ = ["caption", "fixing_try", "howto"]
