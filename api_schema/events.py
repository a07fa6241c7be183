"""
What the outbox carries: one frozen dataclass an event. `NAME` never changes once released.

Every event has a handler, listed in `backend/outbox/routes.py`; a test walks both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from api_schema.push_payloads import PushKind, PushUrgency


@dataclass(frozen=True)
class MediaJobQueued:
    """A media job waits: wake a worker."""

    NAME: ClassVar[str] = "media.job_queued"
    job_id: UUID


@dataclass(frozen=True)
class ClipRejected:
    """A clip cannot be used: tell its author why."""

    NAME: ClassVar[str] = "clip.rejected"
    organisation_id: UUID
    clip_id: UUID


@dataclass(frozen=True)
class AttemptLeft:
    """An attempt of a media job came to nothing: remove what it wrote below `prefix` and no row names."""

    NAME: ClassVar[str] = "media.attempt_left"
    organisation_id: UUID
    clip_id: UUID
    prefix: str


@dataclass(frozen=True)
class CaptionsBegun:
    """The first words of a clip are captions, and more will follow: look for what they fit."""

    NAME: ClassVar[str] = "captions.begun"
    organisation_id: UUID
    clip_id: UUID


@dataclass(frozen=True)
class CaptionsReady:
    """A clip's captions are complete, or a person corrected them since: refresh what was made from its words."""

    NAME: ClassVar[str] = "captions.ready"
    organisation_id: UUID
    clip_id: UUID


@dataclass(frozen=True)
class WaveDue:
    """A wave of asks is due now: fire it."""

    NAME: ClassVar[str] = "wave.due"
    organisation_id: UUID
    wave_id: UUID


@dataclass(frozen=True)
class ThreadFixed:
    """A thread reached `fixed`: draft a how-to from it."""

    NAME: ClassVar[str] = "thread.fixed"
    organisation_id: UUID
    thread_id: UUID


@dataclass(frozen=True)
class HowToRetiredForSafety:
    """A version of a how-to was taken out because it may hurt somebody: tell everyone who worked by it or saw it."""

    NAME: ClassVar[str] = "howto.retired_for_safety"
    organisation_id: UUID
    howto_id: UUID
    version_number: int


@dataclass(frozen=True)
class PushRequested:
    """Tell one person one thing, once: `dedupe_key` is unique per recipient."""

    NAME: ClassVar[str] = "push.requested"
    organisation_id: UUID
    recipient_id: UUID
    kind: PushKind
    subject_id: UUID  # what it is about; a cancellation names the same subject
    dedupe_key: str
    title: str
    body: str
    requested_at: datetime
    urgency: PushUrgency = PushUrgency.NORMAL
    ttl_s: int | None = None  # None: as its urgency has it, see TTL_S
    data: dict[str, str] = field(default_factory=dict)  # ids only
    is_silent: bool = False  # told in the inbox only: no push, whatever the person's preferences
    version: int | None = None  # of the thread, when it is about one


@dataclass(frozen=True)
class PushCancelled:
    """Whatever of `kind` about `subject_id` was requested before `cancelled_at` and is unsent stays unsent."""

    NAME: ClassVar[str] = "push.cancelled"
    organisation_id: UUID
    kind: PushKind
    subject_id: UUID
    cancelled_at: datetime


@dataclass(frozen=True)
class PushActed:
    """Somebody answered from a notification: so it came, was opened, and is read. `ask_id`: what it asked them."""

    NAME: ClassVar[str] = "push.acted"
    organisation_id: UUID
    person_id: UUID
    push_id: UUID
    delivery_id: UUID
    device_id: UUID
    ask_id: UUID | None
    acted_at: datetime


@dataclass(frozen=True)
class PersonRemoved:
    """Somebody belongs to their organisation no longer: what was registered in their sessions is forgotten."""

    NAME: ClassVar[str] = "person.removed"
    organisation_id: UUID
    person_id: UUID
    session_ids: tuple[str, ...]


Event = (
    MediaJobQueued
    | AttemptLeft
    | ClipRejected
    | CaptionsBegun
    | CaptionsReady
    | WaveDue
    | ThreadFixed
    | HowToRetiredForSafety
    | PushRequested
    | PushCancelled
    | PushActed
    | PersonRemoved
)

EVENTS: dict[str, type[Event]] = {
    event.NAME: event
    for event in (
        MediaJobQueued,
        AttemptLeft,
        ClipRejected,
        CaptionsBegun,
        CaptionsReady,
        WaveDue,
        ThreadFixed,
        HowToRetiredForSafety,
        PushRequested,
        PushCancelled,
        PushActed,
        PersonRemoved,
    )
}
