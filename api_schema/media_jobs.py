"""
What backend and media worker say to each other about one media job.

    wake-up   Celery task `WAKE_TASK`, {"job_id": …}: nothing else, it may be lost or come twice
    claim     POST /api/internal/v1/jobs/{job_id}/claim          Bearer worker key  ClaimRequest → ClaimedJob
    urls      POST /api/internal/v1/jobs/{job_id}/upload-urls    Bearer job token   UploadUrlsRequest → UploadUrls
    progress  POST /api/internal/v1/jobs/{job_id}/progress       Bearer job token   Progress → Lease
    result    POST /api/internal/v1/jobs/{job_id}/result         Bearer job token   a kind's result → Lease
    failure   POST /api/internal/v1/jobs/{job_id}/failure        Bearer job token   Failure → Lease

Errors are problem+json. 409 `job_not_claimable`: somebody else has it or it is over, drop the wake-up.
409 `lease_lost`: a newer attempt runs; stop at once and publish nothing more. Every call may be repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

WAKE_TASK = "media_worker.run_job"
MEDIA_QUEUE = "media"


class JobKind(StrEnum):
    RENDER = "render"
    TRANSCRIBE = "transcribe"


class MediaKind(StrEnum):
    VIDEO = "video"
    VOICE = "voice"  # audio only: a voice note


class Rendition(StrEnum):
    """One HLS rendition: a video-only ladder by short side in px, and one audio playlist they share."""

    V240 = "v240"
    V480 = "v480"
    V720 = "v720"
    AUDIO = "audio"


# Names are relative to the job's own prefix in the object store; the backend refuses any other.
SEGMENT_NAME = re.compile(r"(v240|v480|v720|audio)/(init\.mp4|\d{5}\.m4s)")
FILE_NAMES = {
    "poster": "poster.jpg",
    "storyboard": "storyboard.jpg",
    "offline": "offline.mp4",
    "speech": "speech.wav",
    "waveform": "waveform.png",  # of a voice note
}
MAX_NAMES_PER_REQUEST = 64


def is_allowed_name(name: str) -> bool:
    """Return whether a worker may write an object of this name under its job's prefix."""
    return bool(SEGMENT_NAME.fullmatch(name)) or name in FILE_NAMES.values()


@dataclass(frozen=True)
class ClaimRequest:
    worker: str  # host and process id, for the operator's eyes


@dataclass(frozen=True)
class Limits:
    max_duration_s: int
    max_pixels: int  # width_px * height_px of one decoded frame
    max_output_bytes: int
    wall_clock_s: int


@dataclass(frozen=True)
class SpeechHints:
    language: str  # BCP 47, from the speaker's profile
    vocabulary: tuple[str, ...] = ()  # fault codes, part names, makes and models of the asset


@dataclass(frozen=True)
class ClaimedJob:
    job_id: UUID
    kind: JobKind
    clip_id: UUID
    attempt: int  # 1 for the first
    job_token: str
    lease_s: int  # report progress at least three times in this span
    source_url: str  # presigned GET: the original for render, speech.wav for transcribe
    source_bytes: int
    limits: Limits
    speech: SpeechHints


@dataclass(frozen=True)
class UploadUrlsRequest:
    names: tuple[str, ...]


@dataclass(frozen=True)
class UploadUrls:
    urls: dict[str, str]  # name → presigned PUT


@dataclass(frozen=True)
class ProbeFacts:
    """What the probe saw. Sizes as displayed, after rotation. `latitude` and `longitude` in degrees, WGS 84."""

    media_kind: MediaKind
    duration_ms: int
    has_audio: bool
    width_px: int | None = None
    height_px: int | None = None
    rotation_degrees: int = 0
    frame_rate: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    colour_transfer: str | None = None
    is_mirrored: bool = False
    base_frame_rate: float | None = None  # `frame_rate` is the average; of steady footage the two agree
    video_duration_ms: int | None = None
    audio_duration_ms: int | None = None
    filmed_at: datetime | None = None  # by the phone's clock, which may be days wrong
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class SoundFacts:
    """What was measured of the sound while it was rendered (EBU R128). `loudness_lufs`: None for silence."""

    is_audible: bool
    loudness_lufs: float | None = None


@dataclass(frozen=True)
class PublishedSegment:
    rendition: Rendition
    sequence: int  # 0 for the first; init.mp4 must be there before sequence 0 is reported
    duration_ms: int
    size_bytes: int


@dataclass(frozen=True)
class PublishedFile:
    name: str  # one of FILE_NAMES' values
    size_bytes: int
    width_px: int | None = None
    height_px: int | None = None
    columns: int | None = None  # storyboard: tiles a row
    rows: int | None = None
    tile_interval_ms: int | None = None


@dataclass(frozen=True)
class RenditionSize:
    rendition: Rendition
    width_px: int
    height_px: int
    bits_per_second: int
    codecs: str = ""  # RFC 6381, as found in the init segment; empty while it is only planned


@dataclass(frozen=True)
class Progress:
    """
    What is new since the last report; may be empty: then it only renews the lease.

    `transcript`: of a transcription, everything heard so far from the clip's beginning; each replaces the one before.
    """

    percent: int
    probe: ProbeFacts | None = None
    renditions: tuple[RenditionSize, ...] = ()
    segments: tuple[PublishedSegment, ...] = ()
    files: tuple[PublishedFile, ...] = ()
    transcript: TranscribeResult | None = None


@dataclass(frozen=True)
class Lease:
    lease_s: int


@dataclass(frozen=True)
class RenderResult:
    """The whole truth once more, so that a lost progress report costs nothing."""

    probe: ProbeFacts
    renditions: tuple[RenditionSize, ...]
    segments: tuple[PublishedSegment, ...]
    files: tuple[PublishedFile, ...]
    sound: SoundFacts | None = None  # None: the clip has no sound, or it is too short to be measured


class SpeechOutcome(StrEnum):
    SPEECH = "speech"
    NO_SPEECH = "no_speech"


@dataclass(frozen=True)
class Word:
    text: str
    start_ms: int
    end_ms: int
    confidence: float  # 0..1
    spoken: str = ""  # what was said where `text` is its written form: "e four" for E4; empty when they agree


@dataclass(frozen=True)
class TimedCue:
    """One caption: at most two lines of 42 characters, 1–7 s, at most 20 characters a second."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class TranscribeResult:
    outcome: SpeechOutcome
    engine: str
    language: str
    cues: tuple[TimedCue, ...] = ()


class FailureCode(StrEnum):
    """Why a job ended. `final_failures` are the file's fault; the others are ours and are tried again."""

    NOT_A_VIDEO = "not_a_video"
    CUT_SHORT = "cut_short"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    UNDECODABLE = "undecodable"
    UNKNOWN_LANGUAGE = "unknown_language"  # no engine here hears it: there are no captions
    TIMED_OUT = "timed_out"
    WORKER_ERROR = "worker_error"


final_failures = frozenset(
    {
        FailureCode.NOT_A_VIDEO,
        FailureCode.CUT_SHORT,
        FailureCode.TOO_LONG,
        FailureCode.TOO_LARGE,
        FailureCode.UNDECODABLE,
        FailureCode.UNKNOWN_LANGUAGE,
    }
)


@dataclass(frozen=True)
class Failure:
    code: FailureCode
    detail: str  # one sentence a technician can read; no paths, no addresses
