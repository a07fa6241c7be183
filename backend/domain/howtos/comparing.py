"""Compare two versions of one how-to that the reader may see."""

from __future__ import annotations

from uuid import UUID

from backend.domain.actor import Actor
from backend.domain.howtos.differences import Difference, differences
from backend.domain.howtos.queries import get_version


def compare_versions(*, actor: Actor, howto_id: UUID, before: int, after: int) -> list[Difference]:
    """
    Return what differs between the versions of these numbers.

    :raises NotFound: no such how-to, or version that the actor may see, in their organisation.
    """
    first, then = (get_version(actor=actor, howto_id=howto_id, number=number) for number in (before, after))
    return differences(first.content, then.content)
