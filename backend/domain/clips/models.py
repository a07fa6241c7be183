"""Clips: what was filmed or spoken, how it arrived, what was made of it, and the words in it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.clips.states import (
    ArtefactKind,
    ArtefactStatus,
    ClipStatus,
    JobStatus,
    UploadKind,
    UploadStatus,
)
from backend.domain.rows import TenantRow, one_of


class Clip(TenantRow):
    """One video or voice note. Its id is chosen by the phone before the first byte is sent."""

    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    thread_id = models.UUIDField(null=True, db_index=True)  # set when it is attached
    vocabulary = ArrayField(models.CharField(max_length=64), default=list)  # the asset's own words, for speech
    status = models.CharField(max_length=12, default=ClipStatus.EXPECTED)
    original_key = models.CharField(max_length=300, blank=True)  # in the object store, once verified
    original_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the whole original, verified by us
    media_kind = models.CharField(max_length=8, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)
    width_px = models.PositiveIntegerField(null=True)  # as displayed
    height_px = models.PositiveIntegerField(null=True)
    loudness_lufs = models.FloatField(null=True)  # EBU R128, as filmed; null for silence
    is_audible = models.BooleanField(null=True)  # null: not measured
    filmed_at = models.DateTimeField(null=True)  # by the phone's clock: shown, never trusted
    latitude = models.FloatField(null=True)  # degrees, WGS 84; only where the organisation keeps locations
    longitude = models.FloatField(null=True)
    render_percent = models.PositiveSmallIntegerField(default=0)
    rejection_code = models.CharField(max_length=40, blank=True)
    rejection_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)  # only after this may a phone say "safe"
    playable_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("status", ClipStatus), name="clip_status_is_known"),
            models.CheckConstraint(
                condition=~models.Q(status__in=["processing", "ready"])
                | models.Q(verified_at__isnull=False) & ~models.Q(original_key="") & ~models.Q(sha256=""),
                name="clip_is_verified_before_processing",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="rejected") | ~models.Q(rejection_code=""),
                name="clip_rejection_has_a_reason",
            ),
        ]


class Upload(TenantRow):
    """One tus upload, of one clip or of a piece. The bytes kept so far are counted where they lie, not here."""

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, null=True, related_name="uploads")  # null: a piece
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, default=UploadKind.WHOLE)
    piece_ids = ArrayField(models.UUIDField(), default=list)  # of a final upload, in the order of joining
    status = models.CharField(max_length=12, default=UploadStatus.OPEN)
    declared_bytes = models.PositiveBigIntegerField(null=True)  # null: the phone films still and cannot know
    reserved_bytes = models.PositiveBigIntegerField()  # what may come at most; counts against the day's quota
    stored_bytes = models.PositiveBigIntegerField(default=0)  # last known; the staged bytes are the truth
    bytes_per_second = models.PositiveBigIntegerField(default=0)  # smoothed, as of `noted_at`
    noted_at = models.DateTimeField(null=True)  # when `stored_bytes` was last noted
    told_bytes = models.PositiveBigIntegerField(default=0, db_default=0)  # what those who watch the thread know
    told_at = models.DateTimeField(null=True)
    declared_sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=255, blank=True)  # the phone's word: shown, never a path
    media_type = models.CharField(max_length=100, blank=True)
    lease = models.PositiveIntegerField(default=0)  # raised by each new writer; an old one stops
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "created_at"], name="upload_of_a_day")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("status", UploadStatus), name="upload_status_is_known"),
            models.CheckConstraint(condition=one_of("kind", UploadKind), name="upload_kind_is_known"),
            models.CheckConstraint(condition=models.Q(declared_bytes__gt=0), name="upload_is_not_empty"),
            models.CheckConstraint(
                condition=models.Q(kind="partial", clip__isnull=True)
                | ~models.Q(kind="partial") & models.Q(clip__isnull=False),
                name="upload_is_of_a_clip_or_a_piece",
            ),
            models.CheckConstraint(
                condition=models.Q(declared_bytes__isnull=True, status__in=["open", "terminated", "expired"])
                | models.Q(declared_bytes__isnull=False, declared_bytes=models.F("reserved_bytes")),
                name="upload_has_room_for_its_length",
            ),
            models.UniqueConstraint(
                fields=["clip"], condition=models.Q(status="open"), name="one_open_upload_per_clip"
            ),
        ]

    @property
    def is_finished(self) -> bool:
        """Its bytes have gone where they belong: into the clip's original, or a piece's into a final upload."""
        return self.status in {UploadStatus.FINISHED, UploadStatus.JOINED}

    def is_whole_at(self, offset: int) -> bool:
        """Return whether the first `offset` bytes are a clip. A piece never is one, however much of it is here."""
        return self.kind != UploadKind.PARTIAL and offset == self.declared_bytes


class Artefact(TenantRow):
    """One thing made from a clip, with a state of its own: never derived from a counter."""

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="artefacts")
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=10, default=ArtefactStatus.PENDING)
    reason = models.CharField(max_length=40, blank=True)  # for absent and failed: no_audio, no_speech, …
    object_key = models.CharField(max_length=300, blank=True)  # the file; of a rendition its init segment
    size_bytes = models.PositiveBigIntegerField(default=0)
    width_px = models.PositiveIntegerField(null=True)
    height_px = models.PositiveIntegerField(null=True)
    bits_per_second = models.PositiveIntegerField(null=True)
    codecs = models.CharField(max_length=40, blank=True)  # RFC 6381; empty while it is only planned
    columns = models.PositiveSmallIntegerField(null=True)  # storyboard
    rows = models.PositiveSmallIntegerField(null=True)
    tile_interval_ms = models.PositiveIntegerField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clip", "kind"], name="artefact_once_per_clip"),
            models.CheckConstraint(condition=one_of("kind", ArtefactKind), name="artefact_kind_is_known"),
            models.CheckConstraint(condition=one_of("status", ArtefactStatus), name="artefact_status_is_known"),
        ]


class Segment(TenantRow):
    """One published HLS segment of one rendition."""

    artefact = models.ForeignKey(Artefact, on_delete=models.CASCADE, related_name="segments")
    sequence = models.PositiveIntegerField()
    duration_ms = models.PositiveIntegerField()
    object_key = models.CharField(max_length=300)
    size_bytes = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["artefact", "sequence"], name="segment_once")
        ]


class MediaJob(TenantRow):
    """One piece of work for the media worker: leased, counted, fenced by its token."""

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=10, default=JobStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)  # raised before the work
    token_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of the running attempt's token
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "media job"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["status", "queued_at"], name="media_job_queue")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clip", "kind"], name="media_job_once_per_clip"),
            models.CheckConstraint(condition=one_of("status", JobStatus), name="media_job_status_is_known"),
            models.CheckConstraint(
                condition=~models.Q(status="running") | models.Q(lease_until__isnull=False) & ~models.Q(token_hash=""),
                name="running_media_job_has_a_lease",
            ),
        ]


class Cue(TenantRow):
    """One timed caption of a clip, as it is shown: the recogniser's words, or a person's correction of them."""

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="cues")
    position = models.PositiveIntegerField()
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    text = models.TextField(blank=True)  # empty: a person says that nothing is said here
    confidence = models.FloatField()  # 0..1
    words = models.JSONField(default=list)  # [{text, start_ms, end_ms, confidence, spoken}]
    language = models.CharField(max_length=16)
    engine = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=0, db_default=0)  # 0: as the recogniser heard it
    corrected_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    corrected_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # At the end of the transaction: a new transcript moves the corrected cues to other positions.
            models.UniqueConstraint(
                fields=["clip", "position"], name="cue_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=models.Q(end_ms__gt=models.F("start_ms")), name="cue_takes_time"),
            models.CheckConstraint(
                condition=models.Q(version=0, corrected_by__isnull=True, corrected_at__isnull=True)
                | models.Q(version__gt=0, corrected_by__isnull=False, corrected_at__isnull=False),
                name="cue_correction_is_signed",
            ),
        ]

    @property
    def is_corrected(self) -> bool:
        """Whether a person stands behind it: then no recogniser replaces it."""
        return self.version > 0


class CueVersion(TenantRow):
    """What a cue said at one time. Number 0 is the recogniser's, kept when a person first corrects it."""

    cue = models.ForeignKey(Cue, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    confidence = models.FloatField()
    words = models.JSONField(default=list)  # as a cue's
    restored_from = models.PositiveIntegerField(null=True)  # the number of the version that it brought back
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cue", "number"], name="cue_version_once"),
            models.CheckConstraint(
                condition=models.Q(number=0, person__isnull=True, created_at__isnull=True)
                | models.Q(number__gt=0, person__isnull=False, created_at__isnull=False),
                name="cue_version_is_signed",
            ),
        ]


class OrganisationTerm(TenantRow):
    """A word that people of the organisation had to correct into captions. It counts by its uses; see `vocabulary`."""

    written = models.CharField(max_length=64)
    normalised = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    removed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)  # kept, so that the next correction does not bring it back

    class Meta:
        verbose_name = "term"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "normalised"], name="organisation_term_once"),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True, removed_by__isnull=True)
                | models.Q(removed_at__isnull=False, removed_by__isnull=False),
                name="organisation_term_removal_is_signed",
            ),
        ]


class TermUse(TenantRow):
    """That the present text of a corrected cue holds a term which the recogniser had not heard there."""

    term = models.ForeignKey(OrganisationTerm, on_delete=models.CASCADE, related_name="uses")
    cue = models.ForeignKey(Cue, on_delete=models.CASCADE, related_name="+")
    is_name = models.BooleanField()  # it looks like a name, code or part: one use is enough

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["term", "cue"], name="term_use_once")
        ]
