"""Which answers a how-to stands on: those of its thread by which somebody fixed it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from backend.domain import tenancy
from backend.domain.howtos.content import Content, read_content
from backend.domain.howtos.models import HowTo, HowToVersion, VersionEditor
from backend.domain.howtos.states import Publication
from backend.domain.threads.correcting import AdviceRecalled
from backend.domain.threads.models import Suggestion, Try
from backend.domain.threads.states import TryOutcome


def suggestions_behind(howto: HowTo) -> QuerySet[Suggestion]:
    """Return the suggestions that the how-to was learnt from; none for one that came from no thread."""
    suggestions = tenancy.within_organisation(howto.organisation_id, Suggestion).filter(thread__howto=howto)
    fixes = tenancy.within_organisation(howto.organisation_id, Try).filter(outcome=TryOutcome.FIXED)
    return suggestions.filter(Exists(fixes.filter(suggestion=OuterRef("pk")))).order_by("created_at", "pk")


def howtos_made_from(suggestion: Suggestion) -> QuerySet[HowTo]:
    """Return the how-to of the suggestion's thread, where a try of this suggestion fixed it; else none."""
    fixes = tenancy.within_organisation(suggestion.organisation_id, Try).filter(
        suggestion=suggestion, outcome=TryOutcome.FIXED
    )
    howtos = tenancy.within_organisation(suggestion.organisation_id, HowTo).filter(thread_id=suggestion.thread_id)
    return howtos.filter(Exists(fixes)).select_related("asset_model", "owner")


def is_recalled(organisation_id: UUID) -> Q:
    """Return whether what is out of a how-to, or what it was learnt from, is known to be unsafe; for `annotate`."""
    recalled = tenancy.within_organisation(organisation_id, Try).filter(
        thread=OuterRef("thread"), outcome=TryOutcome.FIXED, suggestion__recalled_at__isnull=False
    )
    unsafe = tenancy.within_organisation(organisation_id, HowTo).filter(
        pk=OuterRef("pk"),
        corrections__status="standing",
        corrections__severity="unsafe",
        corrections__version__publication=Publication.RELEASED,
    )
    return Exists(recalled) | Exists(unsafe)


def check_sources(howto: HowTo, version: HowToVersion, content: Content) -> None:
    """
    Let pass what was learnt from nothing unsafe, and what a curator has rewritten since that was found.

    A copy of an older version is not rewritten. One query where nothing was recalled.

    :raises AdviceRecalled: it still says what it was learnt from.
    """
    recalled_at = suggestions_behind(howto).aggregate(at=Max("recalled_at"))["at"]
    if recalled_at is None:
        return
    editors = tenancy.within_organisation(howto.organisation_id, VersionEditor).filter(version=version)
    older = tenancy.within_organisation(howto.organisation_id, HowToVersion).filter(
        howto=howto, number__lt=version.number
    )
    is_edited = editors.filter(edited_at__gt=recalled_at).exists()
    if not is_edited or any(read_content(before) == content for before in older):
        raise AdviceRecalled(
            "What this was learnt from was found to be unsafe. Write what is right, then release it.",
            recalled_at=recalled_at,
        )
