"""The films of an import: those that are ours already, those that come along, and those that are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.importing import StoredFilm, clips_with_film, keep_film
from backend.domain.clips.models import Clip
from backend.domain.howto_exchange.object_store import ObjectStore
from backend.domain.howto_exchange.unpacking import Parcel, UnpackedFilm


@dataclass
class Films:
    """By the id that the sender gave a clip: the clip that we have of it, or what lies ready to become one."""

    ours: dict[UUID, UUID] = field(default_factory=dict)
    stored: dict[UUID, tuple[UUID, StoredFilm]] = field(default_factory=dict)  # the id that it will have

    def keep(self, *, actor: Actor, now: datetime) -> dict[UUID, UUID]:
        """
        Return our clip of each that there is, having made those that came along into clips of the actor's.

        Transaction: required; appends `media.job_queued`.
        """
        for clip_id, film in self.stored.values():
            keep_film(actor=actor, clip_id=clip_id, film=film, now=now)
        return self.ours | {source_id: clip_id for source_id, (clip_id, _) in self.stored.items()}


def our_films(*, actor: Actor, clip_ids: Collection[UUID]) -> Films:
    """Return those of the clips that are in the actor's organisation under the same id."""
    ours = tenancy.within(actor, Clip).filter(pk__in=clip_ids).values_list("pk", flat=True)
    return Films(ours={clip_id: clip_id for clip_id in ours})


@contextmanager
def stored_films(*, actor: Actor, clip_ids: Collection[UUID], parcel: Parcel, store: ObjectStore) -> Iterator[Films]:
    """
    Bring the films that came along into the object store, except those that are there; they go again if this fails.

    :raises InvalidInput: one cannot be unpacked, or is no film.
    """
    films = our_films(actor=actor, clip_ids=clip_ids)
    try:
        unpacked = {clip_id: parcel.film(clip_id) for clip_id in sorted(set(clip_ids) - set(films.ours))}
        came = {clip_id: film for clip_id, film in unpacked.items() if film}
        _store(films, came, actor=actor, store=store)
        yield films
    except BaseException:
        for _, film in films.stored.values():
            store.delete(film.object_key)
        raise


def _store(films: Films, came: dict[UUID, UnpackedFilm], *, actor: Actor, store: ObjectStore) -> None:
    known = clips_with_film(actor=actor, sha256s={film.sha256 for film in came.values()})
    for source_id, film in came.items():
        if film.sha256 in known:
            films.ours[source_id] = known[film.sha256]
            continue
        clip_id = uuid7()
        key = f"originals/{actor.organisation_id}/{clip_id}/{uuid7()}"
        films.stored[source_id] = clip_id, StoredFilm(key, film.size_bytes, film.sha256)
        store.put_file(key, path=film.path, content_type="video/mp4")
