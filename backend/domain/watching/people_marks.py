"""How many people are in a count that does not say who."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.crypto import salted_hmac

PLACES: Final = 63  # bits of a signed bigint that are free


def mark_of(person_id: UUID, version_id: UUID) -> int:
    """
    Return the one bit of a version's `people_marks` that a person's viewings set, whichever viewing it is.

    Several people may set the same bit, and none can be told from it without the key of this installation.
    """
    digest = salted_hmac("cuppa.watching", f"{person_id}:{version_id}", algorithm="sha256").digest()
    return 1 << int.from_bytes(digest[:8]) % PLACES


def least_people(marks: int) -> int:
    """
    Return how many people have set these bits, at least: each of them set one.

    Source: linear counting (Whang, Vander-Zanden and Taylor, 1990), of which this is the lower bound.
    """
    return marks.bit_count()
