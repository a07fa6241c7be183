"""Read collections, each with how far its reader is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.howtos.models import Collection, CollectionItem, HowTo, HowToOpening, HowToUse
from backend.domain.howtos.queries import list_howtos, list_visible_versions


@dataclass(frozen=True)
class LearningStep:
    """One how-to of a collection, and how far the reader is with it: None is not yet."""

    position: int
    howto: HowTo
    opened_at: datetime | None
    used_at: datetime | None  # the last time


@dataclass(frozen=True)
class LearningPath:
    """A collection with those of its how-tos that the reader may see, in their order."""

    collection: Collection
    steps: list[LearningStep]


@dataclass(frozen=True)
class CollectionOrder:
    collection: Collection
    howto_ids: list[UUID]


def list_collections(*, actor: Actor) -> QuerySet[Collection]:
    """
    Return the collections of the actor's organisation, each with `howto_count`, `opened_count` and `used_count`.

    They count how-tos that the actor may see, and what the actor did. One query.
    """
    collections = tenancy.within(actor, Collection).select_related("created_by__site")
    visible = _visible_items(actor).filter(collection=OuterRef("pk"))
    opened = tenancy.within(actor, HowToOpening).filter(person=actor.person_id).values("howto")
    used = tenancy.within(actor, HowToUse).filter(person=actor.person_id).values("howto")
    return collections.annotate(
        howto_count=_count(visible),
        opened_count=_count(visible.filter(howto__in=opened)),
        used_count=_count(visible.filter(howto__in=used)),
    )


def get_collection(*, actor: Actor, collection_id: UUID, own_languages: Sequence[str] = ()) -> LearningPath:
    """
    Return one collection, its how-tos by the version that the reader would read. Six queries, whatever the number.

    :raises NotFound: there is none in the actor's organisation.
    """
    collection = tenancy.find_in(list_collections(actor=actor), collection_id)
    items = list(_visible_items(actor).filter(collection=collection).order_by("position"))
    howto_ids = [item.howto_id for item in items]
    howtos = list_howtos(actor=actor, own_languages=own_languages).in_bulk(howto_ids)
    opened, used = _opened(actor, howto_ids), _used(actor, howto_ids)
    steps = [
        LearningStep(item.position, howtos[item.howto_id], opened.get(item.howto_id), used.get(item.howto_id))
        for item in items
    ]
    return LearningPath(collection, steps)


def list_collections_with(*, actor: Actor, howto_id: UUID) -> QuerySet[Collection]:
    """Return the collections of the actor's organisation that hold a how-to, by title. One query."""
    return tenancy.within(actor, Collection).filter(items__howto=howto_id).order_by("title", "pk")


def list_in_order(*, actor: Actor, collection_id: UUID) -> CollectionOrder:
    """
    Return a collection with the ids of those of its how-tos that the actor may see, in its order. Two queries.

    :raises NotFound: there is none in the actor's organisation.
    """
    collection = tenancy.find(actor, Collection, collection_id)
    items = _visible_items(actor).filter(collection=collection).order_by("position")
    return CollectionOrder(collection, list(items.values_list("howto_id", flat=True)))


def _visible_items(actor: Actor) -> QuerySet[CollectionItem]:
    return tenancy.within(actor, CollectionItem).filter(howto__in=list_visible_versions(actor).values("howto"))


def _count(items: QuerySet[CollectionItem]) -> Coalesce:
    counted = items.order_by().values("collection").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _opened(actor: Actor, howto_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    rows = tenancy.within(actor, HowToOpening).filter(person=actor.person_id, howto__in=howto_ids)
    return dict(rows.values_list("howto_id", "opened_at"))


def _used(actor: Actor, howto_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    rows = tenancy.within(actor, HowToUse).filter(person=actor.person_id, howto__in=howto_ids)
    return dict(rows.values("howto_id").annotate(last_at=Max("used_at")).values_list("howto_id", "last_at"))
