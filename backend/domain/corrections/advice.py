"""What is corrected or recalled: an answer, or a how-to. Both are told, and reach people, in the same manner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.domain import tenancy
from backend.domain.corrections.models import Recall
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.threads.models import Suggestion, Thread


@dataclass(frozen=True)
class Advice:
    """A suggestion, or a how-to: one of the two. `ids` travel in the pushes that tell of it."""

    organisation_id: UUID
    title: str
    suggestion: Suggestion | None = None
    howto: HowTo | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Return the columns by which corrections and recalls name it."""
        return {"suggestion": self.suggestion, "howto": self.howto}

    @property
    def ids(self) -> dict[str, str]:
        """Return what a phone opens."""
        if self.suggestion is not None:
            return {"thread_id": str(self.suggestion.thread_id)}
        assert self.howto is not None
        return {"howto_id": str(self.howto.pk)}


def advice_of_suggestion(thread: Thread, suggestion: Suggestion) -> Advice:
    """Return an answer as advice, by the title of its thread."""
    return Advice(thread.organisation_id, thread.title, suggestion=suggestion)


def advice_of_howto(howto: HowTo, version: HowToVersion) -> Advice:
    """Return a how-to as advice, by the title of the version that is spoken of."""
    return Advice(howto.organisation_id, version.title, howto=howto)


def advice_of_recall(recall: Recall) -> Advice:
    """Return what a recall is of; `suggestion__thread` and `howto` are loaded."""
    if recall.suggestion is not None:
        return advice_of_suggestion(recall.suggestion.thread, recall.suggestion)
    assert recall.howto is not None
    versions = tenancy.within_organisation(recall.organisation_id, HowToVersion).filter(howto=recall.howto)
    return advice_of_howto(recall.howto, versions.filter(is_original=True).latest("number"))
