"""Read how-tos: everybody what is released, curators also what is not yet."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import NotFound
from backend.domain.howtos.models import Credit, HowTo, HowToVersion, Step
from backend.domain.howtos.states import Publication


@dataclass(frozen=True)
class WholeHowTo:
    """A how-to with one of its versions: for a curator the newest, for anybody else the released one."""

    howto: HowTo
    version: HowToVersion
    steps: list[Step]
    credits: list[Credit]


def get_howto(*, actor: Actor, howto_id: UUID) -> WholeHowTo:
    """
    Return one how-to, its text, steps and credits, in four queries.

    :raises NotFound: there is none in the actor's organisation, or none that the actor may see yet.
    """
    howto = tenancy.find_in(tenancy.within(actor, HowTo).select_related("asset_model"), howto_id)
    version = _visible_versions(actor).filter(howto=howto).first()
    if version is None:
        raise NotFound("There is no how-to with this id.")
    steps = tenancy.within(actor, Step).filter(version=version).order_by("position")
    credited = tenancy.within(actor, Credit).filter(howto=howto).select_related("person__site")
    return WholeHowTo(howto, version, list(steps), list(credited.order_by("contribution", "pk")))


def list_howtos(
    *,
    actor: Actor,
    publication: Publication | None = None,
    asset_model_id: UUID | None = None,
    fault_code: str = "",
) -> QuerySet[HowTo]:
    """
    Return the how-tos that the actor may see, each with the version to show first in `shown_versions`.

    `publication` keeps those whose version in that state the actor may see; `fault_code` is normalised.
    Two queries, whatever the number.
    """
    visible = _visible_versions(actor)
    wanted = visible.filter(publication=publication) if publication else visible
    howtos = tenancy.within(actor, HowTo).filter(Exists(wanted.filter(howto=OuterRef("pk"))))
    if asset_model_id:
        howtos = howtos.filter(asset_model_id=asset_model_id)
    if fault_code:
        howtos = howtos.filter(fault_code=fault_code)
    return howtos.select_related("asset_model").prefetch_related(
        Prefetch("versions", queryset=wanted, to_attr="shown_versions")
    )


def _visible_versions(actor: Actor) -> QuerySet[HowToVersion]:
    """Return the versions that the actor may read, the newest of each how-to first."""
    versions = tenancy.within(actor, HowToVersion).select_related("released_by__site").order_by("-number")
    return versions if actor.may_curate else versions.filter(publication=Publication.RELEASED)
