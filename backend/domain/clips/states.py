"""The states of clips, artefacts, uploads and media jobs, and the legal moves between them."""

from __future__ import annotations

from enum import StrEnum

from backend.domain.states import Moves


class ClipStatus(StrEnum):
    EXPECTED = "expected"  # announced by the phone, no byte yet
    UPLOADING = "uploading"
    PROCESSING = "processing"  # every byte is here and verified; may already be playable
    READY = "ready"
    REJECTED = "rejected"


CLIP_MOVES: Moves = {
    ClipStatus.EXPECTED: frozenset({ClipStatus.UPLOADING}),
    # back to `expected` when the upload is terminated, expires or arrives corrupt
    ClipStatus.UPLOADING: frozenset({ClipStatus.EXPECTED, ClipStatus.PROCESSING, ClipStatus.REJECTED}),
    ClipStatus.PROCESSING: frozenset({ClipStatus.READY, ClipStatus.REJECTED}),
    ClipStatus.READY: frozenset(),
    ClipStatus.REJECTED: frozenset({ClipStatus.PROCESSING}),  # the author's one-tap retry
}


class ArtefactKind(StrEnum):
    POSTER = "poster"
    STORYBOARD = "storyboard"
    V240 = "v240"
    V480 = "v480"
    V720 = "v720"
    AUDIO = "audio"
    OFFLINE = "offline"
    SPEECH = "speech"
    CAPTIONS = "captions"
    WAVEFORM = "waveform"  # of a voice note


class ArtefactStatus(StrEnum):
    PENDING = "pending"
    PLAYABLE = "playable"  # some segments or words are there, more to come
    READY = "ready"
    ABSENT = "absent"  # there is nothing to make: no audio, no speech, smaller than this rendition
    FAILED = "failed"


ARTEFACT_MOVES: Moves = {
    ArtefactStatus.PENDING: frozenset(
        {ArtefactStatus.PLAYABLE, ArtefactStatus.READY, ArtefactStatus.ABSENT, ArtefactStatus.FAILED}
    ),
    # absent: what seemed to be the first words was noise
    ArtefactStatus.PLAYABLE: frozenset(
        {ArtefactStatus.PENDING, ArtefactStatus.READY, ArtefactStatus.ABSENT, ArtefactStatus.FAILED}
    ),
    ArtefactStatus.READY: frozenset(),
    ArtefactStatus.ABSENT: frozenset(),
    ArtefactStatus.FAILED: frozenset({ArtefactStatus.PENDING}),
}


class UploadKind(StrEnum):
    """What an upload is in the words of the tus extension "concatenation"."""

    WHOLE = "whole"  # a clip in one upload: the usual one
    PARTIAL = "partial"  # a piece, of no clip yet
    FINAL = "final"  # a clip that is joined from pieces


class UploadStatus(StrEnum):
    OPEN = "open"
    FINISHED = "finished"
    JOINED = "joined"  # a piece whose bytes went into a final upload
    TERMINATED = "terminated"
    EXPIRED = "expired"
    CORRUPT = "corrupt"  # whole-file SHA-256 differs
    REFUSED = "refused"  # by its bytes it is neither video nor sound


UPLOAD_MOVES: Moves = {
    UploadStatus.OPEN: frozenset(set(UploadStatus) - {UploadStatus.OPEN}),
    UploadStatus.FINISHED: frozenset(),
    UploadStatus.JOINED: frozenset(),
    UploadStatus.TERMINATED: frozenset(),
    UploadStatus.EXPIRED: frozenset(),
    UploadStatus.CORRUPT: frozenset(),
    UploadStatus.REFUSED: frozenset(),
}


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    POISON = "poison"  # three deliveries, or the file's own fault: not tried again by itself


JOB_MOVES: Moves = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.POISON}),
    JobStatus.RUNNING: frozenset({JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE, JobStatus.POISON}),
    JobStatus.DONE: frozenset(),
    JobStatus.POISON: frozenset({JobStatus.QUEUED}),
}
