"""What a person says to being asked: I'm on it, not me, not now, never this, ask somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain.actor import Actor
from backend.domain.asking.models import Ask, AskStatus
from backend.domain.asking.operations import respond_to_ask


@dataclass(frozen=True)
class AskResponse:
    """`to`: claimed or one of `DECLINED`. `refer_to_id`: who should be asked instead, with `referred` only."""

    to: AskStatus
    refer_to_id: UUID | None = None


def respond(*, actor: Actor, ask_id: UUID, response: AskResponse, now: datetime) -> Ask:
    """
    Take what the actor says to being asked.

    Transaction: opens its own. Idempotent: the same response again changes nothing.

    :raises NotFound: the actor was not asked this.
    :raises IllegalMove: the ask is answered, cancelled or declined already.
    """
    return respond_to_ask(actor=actor, ask_id=ask_id, to=response.to, now=now)
