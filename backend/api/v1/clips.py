"""Clips: how they stand, and how to play them. They come to be by a thread or an upload."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import (
    ChoiceOrNull,
    ClipBriefSerializer,
    PersonSerializer,
    UploadProgressSerializer,
    values_of,
)
from backend.domain.clips.capture_facts import Place
from backend.domain.clips.models import Artefact, Clip, Upload
from backend.domain.clips.operations import retry_clip
from backend.domain.clips.playback import CAPTIONS, MASTER, STORYBOARD, Playback, get_playback
from backend.domain.clips.queries import ClipStanding, get_clip
from backend.domain.clips.states import ArtefactKind, ArtefactStatus, ClipStatus
from backend.domain.corrections.viewing import note_clip_played
from backend.integrations.object_store import object_store


class ArtefactSerializer(serializers.Serializer[Artefact]):
    kind = serializers.ChoiceField(choices=values_of(ArtefactKind))
    status = serializers.ChoiceField(choices=values_of(ArtefactStatus))
    reason = serializers.CharField(help_text="Why it is absent or failed, else empty")
    size_bytes = serializers.IntegerField()
    width_px = serializers.IntegerField(allow_null=True)
    height_px = serializers.IntegerField(allow_null=True)


class UploadStandingSerializer(UploadProgressSerializer):
    """An open upload: HEAD its `url` for the offset that counts."""

    id = serializers.UUIDField()
    url = serializers.SerializerMethodField()

    def get_url(self, upload: Upload) -> str:
        return f"{settings.PUBLIC_URL}/api/v1/uploads/{upload.id}"


class RejectionSerializer(serializers.Serializer[Clip]):
    code = serializers.CharField(source="rejection_code")
    reason = serializers.CharField(source="rejection_reason", help_text="One sentence for the author")


class PlaceSerializer(serializers.Serializer[Place]):
    """Degrees, WGS 84."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class ClipSerializer(serializers.Serializer[ClipStanding]):
    id = serializers.UUIDField(source="clip.id")
    status = serializers.ChoiceField(source="clip.status", choices=values_of(ClipStatus))
    author = PersonSerializer(source="clip.author")
    media_kind = ChoiceOrNull(source="clip.media_kind", choices=["video", "voice"])
    duration_ms = serializers.IntegerField(source="clip.duration_ms", allow_null=True)
    width_px = serializers.IntegerField(source="clip.width_px", allow_null=True, help_text="As displayed")
    height_px = serializers.IntegerField(source="clip.height_px", allow_null=True)
    is_audible = serializers.BooleanField(
        source="clip.is_audible", allow_null=True, help_text="false: nothing can be heard, so there are no captions"
    )
    loudness_lufs = serializers.FloatField(
        source="clip.loudness_lufs", allow_null=True, help_text="EBU R128, as filmed"
    )
    filmed_at = serializers.DateTimeField(
        source="clip.filmed_at", allow_null=True, help_text="By the phone's clock, which may be wrong"
    )
    place = PlaceSerializer(
        allow_null=True,
        help_text="Where it was filmed: told to its author and to curators, if the organisation keeps it",
    )
    percent = serializers.IntegerField(source="clip.render_percent", help_text="Of the rendering")
    verified = serializers.SerializerMethodField(help_text="Every byte is here: only now may a phone say 'safe'")
    verified_at = serializers.DateTimeField(source="clip.verified_at", allow_null=True)
    playable_at = serializers.DateTimeField(source="clip.playable_at", allow_null=True)
    ready_at = serializers.DateTimeField(source="clip.ready_at", allow_null=True)
    rejection = serializers.SerializerMethodField()
    upload = UploadStandingSerializer(allow_null=True)
    artefacts = ArtefactSerializer(many=True)

    def get_verified(self, standing: ClipStanding) -> bool:
        return standing.clip.verified_at is not None

    @extend_schema_field(RejectionSerializer(allow_null=True))
    def get_rejection(self, standing: ClipStanding) -> object:
        return RejectionSerializer(standing.clip).data if standing.clip.status == ClipStatus.REJECTED else None


class StoryboardSerializer(serializers.Serializer[Any]):
    """One picture of tiles, left to right and down, one tile each `tile_interval_ms`."""

    url = serializers.URLField()
    columns = serializers.IntegerField()
    rows = serializers.IntegerField()
    tile_interval_ms = serializers.IntegerField()
    width_px = serializers.IntegerField(allow_null=True)
    height_px = serializers.IntegerField(allow_null=True)


class PlaybackSerializer(serializers.Serializer[Playback]):
    """Links that need no session and end at `expires_at`. Null: not there yet, or there is none."""

    status = serializers.ChoiceField(choices=values_of(ClipStatus))
    hls_url = serializers.SerializerMethodField(help_text="HLS; it grows while the clip is being rendered")
    captions_url = serializers.SerializerMethodField(help_text="WebVTT")
    poster_url = serializers.URLField(allow_null=True)
    waveform_url = serializers.URLField(allow_null=True, help_text="PNG; of a voice note")
    storyboard = StoryboardSerializer(allow_null=True)
    storyboard_vtt_url = serializers.SerializerMethodField(
        help_text="The storyboard's tiles as WebVTT, for players that preview their time line"
    )
    offline_url = serializers.URLField(allow_null=True, help_text="MP4")
    expires_at = serializers.DateTimeField()

    def get_hls_url(self, playback: Playback) -> str:
        return _media_url(playback, MASTER)

    def get_captions_url(self, playback: Playback) -> str | None:
        return _media_url(playback, CAPTIONS) if playback.has_captions else None

    def get_storyboard_vtt_url(self, playback: Playback) -> str | None:
        return _media_url(playback, STORYBOARD) if playback.storyboard else None


def _media_url(playback: Playback, name: str) -> str:
    return f"{settings.PUBLIC_URL}/media/{playback.signed}/{name}"


class ClipView(Endpoint):
    @operation("How a clip stands", answers=ClipSerializer, problems=["not_found"])
    def get(self, _request: Request, clip_id: UUID) -> Response:
        return self.answer(ClipSerializer, get_clip(actor=self.actor, clip_id=clip_id))


class PlaybackView(Endpoint):
    @operation(
        "Links to play a clip", answers=PlaybackSerializer, problems=["not_found", "clip_not_ready", "clip_rejected"]
    )
    def get(self, _request: Request, clip_id: UUID) -> Response:
        now = timezone.now()
        playback = get_playback(actor=self.actor, clip_id=clip_id, store=object_store(), now=now)
        note_clip_played(actor=self.actor, clip_id=clip_id, now=now)  # a recall of it reaches whoever saw it
        return self.answer(PlaybackSerializer, playback)


class RetryView(Endpoint):
    @operation(
        "Process a rejected clip again, or its failed captions",
        answers=ClipBriefSerializer,
        problems=["not_found", "not_allowed", "illegal_move"],
        needs_key=True,
    )
    def post(self, _request: Request, clip_id: UUID) -> Response:
        return self.answer(ClipBriefSerializer, retry_clip(actor=self.actor, clip_id=clip_id, now=timezone.now()))
