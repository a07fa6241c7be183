"""Films on their way, what is made of them, and the work that does it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin

from backend.domain.clips.models import Artefact, Clip, Cue, MediaJob, OrganisationTerm, Upload
from backend.domain.clips.taking_up import take_up_again
from backend.operator.doing import Doing
from backend.operator.filters import ByOrganisation
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site

_EXPLAINED = (
    "What failed is done anew, with three attempts. It does no harm where the film itself is at fault: it fails again."
)


def _take_up_clip(clip: Clip, now: datetime) -> None:
    take_up_again(clip_id=clip.pk, now=now)


def _take_up_job(job: MediaJob, now: datetime) -> None:
    take_up_again(clip_id=job.clip_id, now=now)


@admin.register(Clip, site=site)
class ClipAdmin(RowAdmin):
    list_display = (
        "id",
        "status",
        "media_kind",
        link("author"),
        "duration_ms",
        "original_bytes",
        "render_percent",
        "rejection_code",
        "created_at",
        "ready_at",
        link("organisation"),
    )
    list_filter = (ByOrganisation, "status", "media_kind", "rejection_code", "created_at")
    search_fields = ("=id", "=thread_id", "author__email", "=sha256")
    doings = (Doing("take_up", "Process it again", _EXPLAINED, _take_up_clip),)


@admin.register(Upload, site=site)
class UploadAdmin(RowAdmin):
    list_display = ("created_at", link("person"), "status", "stored_bytes", "declared_bytes", "noted_at", link("clip"))
    list_filter = (ByOrganisation, "status", "kind", "created_at")
    search_fields = ("=id", "=clip__id", "person__email", "file_name")


@admin.register(MediaJob, site=site)
class MediaJobAdmin(RowAdmin):
    list_display = ("queued_at", link("clip"), "kind", "status", "attempts", "worker", "lease_until", "failure_code")
    list_filter = (ByOrganisation, "status", "kind", "failure_code", "queued_at")
    search_fields = ("=id", "=clip__id", "worker")
    doings = (Doing("take_up", "Process the clip again", _EXPLAINED, _take_up_job),)


@admin.register(Artefact, site=site)
class ArtefactAdmin(RowAdmin):
    list_display = ("updated_at", link("clip"), "kind", "status", "reason", "size_bytes", "width_px", "height_px")
    list_filter = (ByOrganisation, "kind", "status", "reason")
    search_fields = ("=id", "=clip__id", "object_key")


@admin.register(Cue, site=site)
class CueAdmin(RowAdmin):
    list_display = ("id", link("clip"), "position", "text", "confidence", "language", "engine", link("corrected_by"))
    list_filter = (ByOrganisation, "language", "engine")
    search_fields = ("=id", "=clip__id", "text")


@admin.register(OrganisationTerm, site=site)
class OrganisationTermAdmin(RowAdmin):
    list_display = ("written", link("organisation"), "created_at", "removed_at")
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "written")
