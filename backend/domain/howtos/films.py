"""Who may see a clip: whoever may read its thread; and what a how-to shows is everybody's, whatever its thread is."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip
from backend.domain.howtos.models import Step
from backend.domain.threads.readable import of_readable


def begin() -> None:
    """Have the door apply the rule."""
    tenancy.read_by(Clip, _clips)


def _clips(actor: Actor) -> Q | None:
    of_thread = of_readable("thread_id")(actor)
    if of_thread is None:
        return None
    shown = tenancy.within(actor, Step).filter(clip=OuterRef("pk"))
    return of_thread | Q(thread_id=None) | Q(author_id=actor.person_id) | Q(Exists(shown))
