"""The things that can be flagged: whose they are, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip
from backend.domain.errors import NotFound
from backend.domain.flags.states import FlaggedKind
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.queries import list_visible_versions
from backend.domain.threads.models import Comment, Suggestion


@dataclass(frozen=True)
class Flagged:
    """One thing. `author_id` of a how-to: who looks after it, if anybody."""

    kind: FlaggedKind
    id: UUID
    author_id: UUID | None
    thread_id: UUID | None


def find_flagged(*, actor: Actor, kind: FlaggedKind, flagged_id: UUID) -> Flagged:
    """
    Return what somebody flags.

    :raises NotFound: there is no such thing in the actor's organisation, or none that they may see.
    """
    match kind:
        case FlaggedKind.SUGGESTION:
            said: Suggestion | Comment = tenancy.find(actor, Suggestion, flagged_id)
            return Flagged(kind, said.pk, said.author_id, said.thread_id)
        case FlaggedKind.COMMENT:
            said = tenancy.find(actor, Comment, flagged_id)
            return Flagged(kind, said.pk, said.author_id, said.thread_id)
        case FlaggedKind.CLIP:
            clip = tenancy.find(actor, Clip, flagged_id)
            return Flagged(kind, clip.pk, clip.author_id, clip.thread_id)
        case FlaggedKind.HOWTO:
            return _howto(actor, flagged_id)


def _howto(actor: Actor, howto_id: UUID) -> Flagged:
    howto = tenancy.find(actor, HowTo, howto_id)
    if not list_visible_versions(actor).filter(howto=howto).exists():
        raise NotFound("There is no how-to with this id.")
    return Flagged(FlaggedKind.HOWTO, howto.pk, howto.owner_id, howto.thread_id)
