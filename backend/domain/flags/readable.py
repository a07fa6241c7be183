"""Whoever may say what becomes of a flag may read the thread that it stands in."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.flags.models import Flag
from backend.domain.flags.states import FlagStatus
from backend.domain.threads.readable import readable_too


def begin() -> None:
    """Have the rule of threads know flags."""
    readable_too(_is_flagged)


def _is_flagged(actor: Actor) -> Q:
    flags = tenancy.within(actor, Flag).filter(thread_id=OuterRef("pk"), status=FlagStatus.OPEN)
    return Q(Exists(flags))
