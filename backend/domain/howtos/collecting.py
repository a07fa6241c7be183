"""Curators put how-tos in the order in which to learn them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.creation import create_once
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.howtos.learning import LearningPath, get_collection
from backend.domain.howtos.locking import VersionChanged
from backend.domain.howtos.models import Collection, CollectionItem, HowTo
from backend.domain.saying import said

MAX_HOWTOS: Final = 200  # of one collection


@dataclass(frozen=True)
class Begun:
    """A collection, and whether this very call began it."""

    path: LearningPath
    is_new: bool


@transaction.atomic
def create_collection(
    *, actor: Actor, collection_id: UUID, title: str, description: str, howto_ids: Sequence[UUID], now: datetime
) -> Begun:
    """
    Begin a collection with these how-tos, in this order.

    Tenancy: the how-tos are looked up in the actor's organisation.
    Transaction: opens its own. Idempotent: by `collection_id`.

    :raises NotAllowed: the actor may not curate.
    :raises InvalidInput: it has no title, or a how-to that is not there or stands in it twice.
    :raises IdTaken: the id names something else.
    """
    _require_curator(actor)
    values = {"organisation_id": actor.organisation_id, "created_by_id": actor.person_id}

    def insert() -> Collection:
        written = {"title": _titled(title), "description": description.strip()}
        times = {"created_at": now, "changed_at": now}
        collection = tenancy.create(Collection, pk=collection_id, **values, **written, **times)
        _arrange(collection, howto_ids)
        return collection

    created = create_once(Collection, collection_id, same=values, insert=insert)
    return Begun(get_collection(actor=actor, collection_id=collection_id), created.is_new)


@transaction.atomic
def change_collection(
    *,
    actor: Actor,
    collection_id: UUID,
    title: str | None = None,
    description: str | None = None,
    howto_ids: Sequence[UUID] | None = None,
    seen_version: int | None = None,
    now: datetime,
) -> LearningPath:
    """
    Change what is given; `howto_ids` are all of its how-tos in their new order.

    Transaction: opens its own. Idempotent. Raises what `create_collection` does, and:

    :raises NotFound: no such collection in the actor's organisation.
    :raises VersionChanged: somebody changed it since `seen_version`.
    """
    collection = _held(actor, collection_id)
    if seen_version is not None and seen_version != collection.version:
        raise VersionChanged("Somebody changed this collection since you read it; read it again.")
    if title is not None:
        collection.title = _titled(title)
    if description is not None:
        collection.description = description.strip()
    if howto_ids is not None:
        _arrange(collection, howto_ids)
    collection.version, collection.changed_at = collection.version + 1, now
    collection.save(update_fields=["title", "description", "version", "changed_at"])
    return get_collection(actor=actor, collection_id=collection_id)


@transaction.atomic
def remove_collection(*, actor: Actor, collection_id: UUID) -> None:
    """
    Remove a collection; its how-tos, and who opened them, stay.

    Transaction: opens its own.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such collection in the actor's organisation.
    """
    _held(actor, collection_id).delete()


def _require_curator(actor: Actor) -> None:
    if not actor.may_curate:
        raise NotAllowed("Only a curator or supervisor may arrange collections.")


def _held(actor: Actor, collection_id: UUID) -> Collection:
    _require_curator(actor)
    return tenancy.find_in(tenancy.within(actor, Collection).select_for_update(), collection_id)


def _titled(title: str) -> str:
    if not title.strip():
        raise InvalidInput(title="Must not be empty.")
    return title.strip()


def _arrange(collection: Collection, howto_ids: Sequence[UUID]) -> None:
    whose: dict[str, Any] = {"organisation_id": collection.organisation_id}
    if len(howto_ids) > MAX_HOWTOS or len(set(howto_ids)) != len(howto_ids):
        raise InvalidInput(howto_ids=said("At most %(most)s how-tos, each once.", most=MAX_HOWTOS))
    known = set(tenancy.within_organisation(**whose, model=HowTo).filter(pk__in=howto_ids).values_list("pk", flat=True))
    missing = [place for place, howto_id in enumerate(howto_ids) if howto_id not in known]
    if missing:
        raise InvalidInput(**{f"howto_ids.{place}": "There is no how-to with this id." for place in missing})
    tenancy.within_organisation(**whose, model=CollectionItem).filter(collection=collection).delete()
    items = [
        CollectionItem(**whose, collection=collection, howto_id=howto_id, position=position)
        for position, howto_id in enumerate(howto_ids, start=1)
    ]
    tenancy.create_many(CollectionItem, items)
