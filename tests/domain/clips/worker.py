"""A media worker that does as it is told, without ffmpeg: it writes bytes where it may and reports them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from api_schema.ids import uuid7
from api_schema.media_jobs import (
    ClaimedJob,
    JobKind,
    MediaKind,
    ProbeFacts,
    Progress,
    PublishedFile,
    PublishedSegment,
    RenderResult,
    Rendition,
    RenditionSize,
    SpeechOutcome,
    TimedCue,
    TranscribeResult,
    Word,
)
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.attempts import attempt_prefix
from backend.domain.clips.jobs import claim_job, queue_render
from backend.domain.clips.models import Artefact, Clip, MediaJob
from backend.domain.clips.operations import expect_clip
from backend.domain.clips.results import record_render, record_transcript
from backend.domain.clips.states import CLIP_MOVES, ClipStatus
from backend.domain.states import move
from backend.integrations.local_store import LocalStore
from backend.outbox.models import OutboxEvent

SEGMENT_MS = 4_000
SEGMENT_BYTES = 1_000
SIZES = {Rendition.V240: (426, 240), Rendition.V480: (854, 480), Rendition.V720: (1280, 720)}
SPOKEN = (
    TimedCue(1_000, 3_500, "This chiller will not start.", 0.9, (Word("This", 1_000, 1_200, 0.95),)),
    TimedCue(4_000, 6_000, "The display shows E4.", 0.4),
)


def received_clip(
    person: Person, store: LocalStore, *, now: datetime, thread_id: UUID | None = None, clip_id: UUID | None = None
) -> Clip:
    """Return a clip whose every byte is here and verified, with its render queued."""
    clip = expect_clip(actor=person.actor, clip_id=clip_id or uuid7(), thread_id=thread_id, now=now)
    key = f"{clip.organisation_id}/clips/{clip.id}/original"
    write_object(store, key, 5_000)
    move(clip, CLIP_MOVES, to=ClipStatus.UPLOADING)
    move(
        clip,
        CLIP_MOVES,
        to=ClipStatus.PROCESSING,
        original_key=key,
        original_bytes=5_000,
        sha256="0" * 64,
        verified_at=now,
    )
    queue_render(clip=clip, now=now)
    return clip


def write_object(store: LocalStore, key: str, size_bytes: int) -> None:
    """Store an object of this size."""
    path = store.path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size_bytes)


def job_of(clip: Clip, kind: JobKind = JobKind.RENDER) -> MediaJob:
    """Return the clip's job of this kind, as it is now."""
    return tenancy.within_organisation(clip.organisation_id, MediaJob).select_related("clip").get(clip=clip, kind=kind)


def artefact_of(clip: Clip, kind: str) -> Artefact:
    """Return the clip's artefact of this kind, as it is now."""
    return tenancy.within_organisation(clip.organisation_id, Artefact).get(clip=clip, kind=kind)


def states_of(clip: Clip) -> dict[str, str]:
    """Return each artefact's status, with its reason if it has one."""
    rows = tenancy.within_organisation(clip.organisation_id, Artefact).filter(clip=clip)
    return {row.kind: f"{row.status} {row.reason}".strip() for row in rows}


def events(name: str) -> list[OutboxEvent]:
    """Return what the outbox holds under this name, in order."""
    return list(OutboxEvent.objects.filter(name=name).order_by("id"))


class Proof(TypedDict):
    job_id: UUID
    token: str


@dataclass
class Worker:
    store: LocalStore
    claimed: ClaimedJob
    prefix: str

    @classmethod
    def claim(cls, clip: Clip, store: LocalStore, *, now: datetime, kind: JobKind = JobKind.RENDER) -> Worker:
        claimed = claim_job(job_id=job_of(clip, kind).id, worker="test-1", store=store, now=now)
        return cls(store, claimed, prefix=attempt_prefix(job_of(clip, kind)))

    @property
    def proof(self) -> Proof:
        """The job and the token that shows it is this attempt."""
        return {"job_id": self.claimed.job_id, "token": self.claimed.job_token}

    def write(self, name: str, size_bytes: int) -> None:
        """Store an object under this attempt's own prefix."""
        write_object(self.store, self.prefix + name, size_bytes)

    def segments(self, rendition: Rendition, sequences: range) -> tuple[PublishedSegment, ...]:
        """Write these segments and return the report of them."""
        self.write(f"{rendition}/init.mp4", 700)
        for sequence in sequences:
            self.write(f"{rendition}/{sequence:05d}.m4s", SEGMENT_BYTES)
        return tuple(PublishedSegment(rendition, sequence, SEGMENT_MS, SEGMENT_BYTES) for sequence in sequences)

    def file(self, name: str) -> PublishedFile:
        """Write this file and return the report of it."""
        self.write(name, 300)
        if name == "storyboard.jpg":
            return PublishedFile(name, 300, width_px=1600, height_px=360, columns=5, rows=2, tile_interval_ms=1_000)
        return PublishedFile(name, 300)

    def first_seconds(self) -> Progress:
        """Write what the first seconds of a 12 s clip with sound bring, and return the report."""
        renditions = (Rendition.V240, Rendition.AUDIO)
        segments = tuple(segment for one in renditions for segment in self.segments(one, range(1)))
        return Progress(10, probe_of_video(), sizes_of(Rendition.V240, Rendition.AUDIO), segments)

    def whole_video(self, *, has_audio: bool = True) -> RenderResult:
        """Write everything of a 12 s clip and return the result."""
        renditions = [*SIZES, *([Rendition.AUDIO] if has_audio else [])]
        files = ["poster.jpg", "storyboard.jpg", "offline.mp4", *(["speech.wav"] if has_audio else [])]
        return RenderResult(
            probe=replace(probe_of_video(), has_audio=has_audio),
            renditions=sizes_of(*renditions),
            segments=tuple(segment for one in renditions for segment in self.segments(one, range(3))),
            files=tuple(self.file(name) for name in files),
        )

    def render(self, *, now: datetime, has_audio: bool = True) -> None:
        """Do the whole render job."""
        record_render(**self.proof, result=self.whole_video(has_audio=has_audio), store=self.store, now=now)

    def transcribe(self, cues: tuple[TimedCue, ...] = SPOKEN, *, now: datetime) -> None:
        """Do the whole transcription job."""
        record_transcript(**self.proof, result=transcript(cues), now=now)


def probe_of_video() -> ProbeFacts:
    return ProbeFacts(MediaKind.VIDEO, 12_000, has_audio=True, width_px=1280, height_px=720)


def sizes_of(*renditions: Rendition) -> tuple[RenditionSize, ...]:
    return tuple(RenditionSize(one, *SIZES.get(one, (0, 0)), 500_000) for one in renditions)


def transcript(cues: tuple[TimedCue, ...] = SPOKEN) -> TranscribeResult:
    outcome = SpeechOutcome.SPEECH if cues else SpeechOutcome.NO_SPEECH
    return TranscribeResult(outcome, engine="pocketsphinx", language="en", cues=cues)


def captioned_clip(person: Person, store: LocalStore, *, now: datetime, thread_id: UUID | None = None) -> Clip:
    """Return a clip that is ready, captions and all."""
    clip = received_clip(person, store, now=now, thread_id=thread_id)
    Worker.claim(clip, store, now=now).render(now=now)
    Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE).transcribe(now=now)
    clip.refresh_from_db()
    return clip
