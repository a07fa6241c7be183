"""Read how-tos: everybody what is released, curators also what is not yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import NotFound
from backend.domain.howtos.content import Content, content_of, content_sha256
from backend.domain.howtos.models import Approval, Credit, HowTo, HowToVersion, Step
from backend.domain.howtos.sources import is_recalled, suggestions_behind
from backend.domain.howtos.states import Confidence, Publication
from backend.domain.saying import said
from backend.domain.threads.models import Suggestion

_WHO_DID_WHAT = ("released_by__site", "submitted_by__site", "sent_back_by__site", "retired_by__site")


@dataclass(frozen=True)
class WholeHowTo:
    """
    A how-to with one of its versions: for a curator the newest, for anybody else the released one.

    `languages`: what the reader can read it in, one version each, the original first; each has `is_outdated`.
    """

    howto: HowTo
    version: HowToVersion
    steps: list[Step]
    credits: list[Credit]
    approvals: list[Approval]
    languages: list[HowToVersion]
    sources: list[Suggestion]  # the answers that it was learnt from

    @property
    def corrections(self) -> list[Any]:
        """What was set straight in it, in what is out of it, and in the answers that it was learnt from."""
        shown = {self.version.pk, self.version.translates_version_id}
        own = [
            correction
            for correction in self.howto.corrections.all()
            if correction.version_id in shown
            or (correction.version is not None and correction.version.publication == Publication.RELEASED)
        ]
        return [*own, *(correction for source in self.sources for correction in source.corrections.all())]

    @property
    def corrected_at(self) -> datetime | None:
        """Since when something stands against it; None: nothing does."""
        return min((one.corrected_at for one in self.corrections if one.status == "standing"), default=None)

    @property
    def recalled_at(self) -> datetime | None:
        """Since when it, or what it was learnt from, is known to be unsafe."""
        standing = (one for one in self.corrections if one.status == "standing")
        return min((one.corrected_at for one in standing if one.severity == "unsafe"), default=None)

    @property
    def content(self) -> Content:
        """What the version says."""
        return content_of(self.version, self.steps)

    @property
    def governance(self) -> str:
        """What the version answers to: of one that is out, what it answered to when it was released."""
        return governance_of(self.howto, self.version)

    @property
    def sha256(self) -> str:
        """The hash of what the version says now: who approves or corrects it sends it back."""
        return content_sha256(self.content)


def get_howto(*, actor: Actor, howto_id: UUID, language: str = "", own_languages: Sequence[str] = ()) -> WholeHowTo:
    """
    Return one how-to in a language that its reader has, else in the original, in nine queries at most.

    `language` is what they ask for. Without it, a curator gets the original, which they look after; anybody else the
    first of their `own_languages` that there is.

    :raises NotFound: there is none in the actor's organisation, or none that the actor may see yet.
    """
    howto = _find(actor, howto_id)
    languages = _languages(actor, howto)
    if not languages:
        raise NotFound("There is no how-to with this id.")
    wanted = [language] if language else [] if actor.may_curate else own_languages
    return _whole(actor, howto, in_language(languages, wanted), languages)


def get_version(*, actor: Actor, howto_id: UUID, number: int) -> WholeHowTo:
    """
    Return one how-to with the version of this number.

    :raises NotFound: there is none in the actor's organisation, or none that the actor may see.
    """
    howto = _find(actor, howto_id)
    version = list_visible_versions(actor).filter(howto=howto, number=number).first()
    if version is None:
        raise NotFound(said("This how-to has no version %(number)s.", number=number))
    return _whole(actor, howto, version, _languages(actor, howto))


def list_versions(*, actor: Actor, howto_id: UUID) -> QuerySet[HowToVersion]:
    """
    Return every version of a how-to that the actor may see, the newest first.

    :raises NotFound: there is no such how-to in the actor's organisation, or no version that the actor may see.
    """
    versions = list_visible_versions(actor).filter(howto=_find(actor, howto_id))
    if not versions:
        raise NotFound("There is no how-to with this id.")
    return versions


def governance_of(howto: HowTo, version: HowToVersion) -> str:
    """Return what `version` answers to: what went out as experience stays so, whatever the next release needs."""
    is_out = version.publication == Publication.RELEASED
    return version.released_under if is_out and version.released_under else howto.governance


def list_howtos(
    *,
    actor: Actor,
    publication: Publication | None = None,
    asset_model_id: UUID | None = None,
    fault_code: str = "",
    review_due_by: datetime | None = None,
    own_languages: Sequence[str] = (),
) -> QuerySet[HowTo]:
    """
    Return the how-tos that the actor may see, each with the version to show first in `shown_versions`, and
    `is_recalled`.

    `publication` keeps those whose version in that state the actor may see; `fault_code` is normalised;
    `review_due_by` keeps those whose review is due by then. Two queries, whatever the number.
    """
    visible = list_visible_versions(actor)
    wanted = visible.filter(publication=publication) if publication else visible
    howtos = tenancy.within(actor, HowTo).filter(Exists(wanted.filter(howto=OuterRef("pk"))))
    if asset_model_id:
        howtos = howtos.filter(asset_model_id=asset_model_id)
    if fault_code:
        howtos = howtos.filter(fault_code=fault_code)
    if review_due_by:
        howtos = due_for_review(howtos, by=review_due_by)
    howtos = howtos.annotate(is_recalled=is_recalled(actor.organisation_id))
    return howtos.select_related("asset_model", "owner__site").prefetch_related(
        Prefetch(
            "versions",
            queryset=_best_first(wanted, [] if actor.may_curate else own_languages),
            to_attr="shown_versions",
        )
    )


def due_for_review(howtos: QuerySet[HowTo], *, by: datetime) -> QuerySet[HowTo]:
    """Return those of `howtos` that people work by and whose review is due by then."""
    worked_by = [Confidence.NOT_VALIDATED, Confidence.VALIDATED]
    return howtos.filter(review_due_at__lte=by, confidence__in=worked_by)


def list_visible_versions(actor: Actor) -> QuerySet[HowToVersion]:
    """Return the versions that the actor may read, the newest of each how-to first."""
    originals = tenancy.within(actor, HowToVersion).filter(howto=OuterRef("howto"), is_original=True)
    newer = originals.filter(publication=Publication.RELEASED, number__gt=OuterRef("translates_version__number"))
    versions = tenancy.within(actor, HowToVersion).select_related("translates_version", *_WHO_DID_WHAT)
    versions = versions.annotate(is_outdated=Exists(newer)).order_by("-number")
    if actor.may_curate:
        return versions
    return versions.filter(publication=Publication.RELEASED).exclude(howto__confidence=Confidence.ARCHIVED)


def _find(actor: Actor, howto_id: UUID) -> HowTo:
    howtos = tenancy.within(actor, HowTo).select_related("asset_model", "owner__site", "archived_by__site")
    corrected = howtos.prefetch_related("corrections__author__site", "corrections__version", "corrections__step")
    return tenancy.find_in(corrected, howto_id)


def _languages(actor: Actor, howto: HowTo) -> list[HowToVersion]:
    """Return the newest version of each language that the actor may read, the original first."""
    newest = list_visible_versions(actor).filter(howto=howto).order_by("language", "-number").distinct("language")
    versions = sorted(newest, key=lambda version: (not version.is_original, version.language))
    return versions if versions and versions[0].is_original else []


def in_language(languages: Sequence[HowToVersion], wanted: Sequence[str]) -> HowToVersion:
    """
    Return the version in the first of the wanted languages that there is, else the first of `languages`, the original.

    A language that is not there itself is served by another of its family: de-AT by de, and de by de-AT.
    """
    for language in wanted:
        family = family_of(language)
        exact = [version for version in languages if version.language.lower() == language.lower()]
        fitting = exact or [version for version in languages if family_of(version.language) == family]
        if fitting:
            return fitting[0]
    return languages[0]


def family_of(language: str) -> str:
    """Return the language of a BCP 47 tag without its region or script, in small letters."""
    return language.split("-", maxsplit=1)[0].lower()


def _whole(actor: Actor, howto: HowTo, version: HowToVersion, languages: list[HowToVersion]) -> WholeHowTo:
    steps = tenancy.within(actor, Step).filter(version=version).select_related("clip").order_by("position")
    credited = tenancy.within(actor, Credit).filter(howto=howto).select_related("person__site")
    approvals = (
        tenancy.within(actor, Approval).filter(version=version, withdrawn_at=None).select_related("person__site")
    )
    return WholeHowTo(
        howto,
        version,
        list(steps),
        list(credited.order_by("contribution", "pk")),
        list(approvals.order_by("approved_at", "pk")),
        languages,
        list(suggestions_behind(howto).prefetch_related("corrections__author__site")),
    )


def _best_first(versions: QuerySet[HowToVersion], own_languages: Sequence[str]) -> QuerySet[HowToVersion]:
    """Return the versions in the order in which `in_language` would choose them."""
    cases: list[When] = []
    for language in own_languages:
        family = family_of(language)
        in_family = Q(language__iexact=family) | Q(language__istartswith=f"{family}-")
        cases += [When(Q(language__iexact=language), then=Value(len(cases)))]
        cases += [When(in_family, then=Value(len(cases)))]
    cases.append(When(is_original=True, then=Value(len(cases))))
    fit = Case(*cases, default=Value(len(cases)), output_field=IntegerField())
    return versions.alias(fit=fit).order_by("fit", "-is_original", "-number")
