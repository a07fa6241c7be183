"""
FaultTalk's threads made as people make them: asked with a clip, answered, tried, filmed, fixed.

Nothing is put into search by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api_schema.ids import uuid7
from api_schema.media_jobs import TranscribeResult
from backend.demo.faulttalk import FaultTalkThread
from backend.demo.reliving import Telling, machine_of, relive
from backend.domain import tenancy
from backend.domain.accounts.models import Person, Site
from backend.domain.accounts.operations import add_person, add_site, create_organisation
from backend.domain.actor import Actor, Role
from backend.domain.clips.models import Clip
from backend.domain.clips.transcripts import put_transcript
from backend.domain.search.settling import indexed_once
from bench.evaluate_search.speech import transcript_of

_PEERS = ("Ben Bench", "Cleo Clamp", "Dan Drill")


@dataclass(frozen=True)
class Loaded:
    """A thread that can be found, with its clips in the order of `FaultTalkThread.transcripts`."""

    thread_id: UUID
    clip_ids: tuple[UUID, UUID]
    heard: tuple[TranscribeResult, TranscribeResult]


@dataclass(frozen=True)
class _Crew:
    site: Site
    asker: Actor
    peers: list[Actor]


def load(faults: Sequence[FaultTalkThread], *, now: datetime) -> tuple[Actor, list[Loaded]]:
    """Load everything into an organisation of its own. Return who may ask there, and the threads in order."""
    crew = _crew(now=now)
    return crew.asker, [_load(fault, crew, now=now) for fault in faults]


@indexed_once()
def _load(fault: FaultTalkThread, crew: _Crew, *, now: datetime) -> Loaded:
    ask_said, try_said = fault.transcripts
    loaded = Loaded(uuid7(), (uuid7(), uuid7()), (transcript_of(ask_said), transcript_of(try_said)))
    relive(
        fault,
        thread_id=loaded.thread_id,
        asset=machine_of(fault, organisation=crew.site.organisation, site=crew.site),
        asker=crew.asker,
        peers=crew.peers,
        telling=Telling(*loaded.clip_ids),
        now=now,
    )
    for clip_id, heard in zip(loaded.clip_ids, loaded.heard, strict=True):
        _caption(crew.asker, clip_id, heard, now=now)
    return loaded


def _caption(author: Actor, clip_id: UUID, heard: TranscribeResult, *, now: datetime) -> None:
    clip = tenancy.find_in(tenancy.within(author, Clip).select_for_update(), clip_id)
    put_transcript(clip, heard, now=now)


def _crew(*, now: datetime) -> _Crew:
    organisation = create_organisation(name="Evaluation", now=now)
    site = add_site(organisation_id=organisation.pk, name="Bench", time_zone="UTC")
    return _Crew(site, _person(site, "Ada Asker").actor, [_person(site, name).actor for name in _PEERS])


def _person(site: Site, name: str) -> Person:
    return add_person(
        site=site,
        email=f"{name.split(maxsplit=1)[0].lower()}@evaluation.example",
        name=name,
        job_title="Technician",
        role=Role.TECHNICIAN,
        password="asks and never signs in",  # noqa: S106
    )
