"""What several answers show in the same way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api_schema.ids import is_uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.queries import open_upload_of
from backend.domain.clips.states import ClipStatus
from backend.domain.clips.upload_progress import percent_here, rate_at

MAX_TEXT_LENGTH = 10_000
MAX_MS = 2**31 - 1


def values_of(states: Any) -> list[str]:
    """Return the values of an enum of states, for a ChoiceField."""
    return [state.value for state in states]


class ChoiceOrNull(serializers.ChoiceField):
    """One of the choices; the empty text of the table is null outside."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_null=True, read_only=True)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class PhoneChosenId(serializers.UUIDField):
    """The id of something that a phone creates: a UUIDv7, so that ids sort by time."""

    def to_internal_value(self, data: Any) -> UUID:
        chosen: UUID = super().to_internal_value(data)
        if not is_uuid7(chosen):
            raise serializers.ValidationError("Must be a UUIDv7.")
        return chosen


class SiteSerializer(serializers.Serializer[Site]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PersonSerializer(serializers.Serializer[Person]):
    """Professional identity: it stands on every post."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    job_title = serializers.CharField()
    role = serializers.ChoiceField(choices=values_of(Role))
    site = serializers.CharField(source="site.name")


class MomentSerializer(serializers.Serializer[dict[str, int]]):
    """A span in a clip."""

    start_ms = serializers.IntegerField(min_value=0, max_value=MAX_MS)
    end_ms = serializers.IntegerField(min_value=1, max_value=MAX_MS)


class UploadProgressSerializer(serializers.Serializer[Upload]):
    """How much of a clip is here, and how fast the rest comes."""

    offset = serializers.IntegerField(source="stored_bytes", help_text="Bytes kept, as last recorded")
    length = serializers.IntegerField(
        source="declared_bytes", allow_null=True, help_text="null: it is being filmed still"
    )
    percent = serializers.SerializerMethodField(help_text="0..100; null while the length is not known")
    bytes_per_second = serializers.SerializerMethodField(help_text="Smoothed; 0: nothing comes right now")

    def get_percent(self, upload: Upload) -> int | None:
        return percent_here(upload)

    def get_bytes_per_second(self, upload: Upload) -> int:
        return rate_at(upload, now=timezone.now())


class ClipBriefSerializer(serializers.Serializer[Clip]):
    """What a list needs to know of a clip; GET /clips/{id} tells the rest."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=values_of(ClipStatus))
    media_kind = ChoiceOrNull(choices=["video", "voice"])
    duration_ms = serializers.IntegerField(allow_null=True)
    percent = serializers.IntegerField(source="render_percent", help_text="Of the rendering")
    verified = serializers.SerializerMethodField(help_text="Every byte is here: only now may a phone say 'safe'")
    playable = serializers.SerializerMethodField()
    upload = serializers.SerializerMethodField(help_text="null: nothing is arriving")

    @extend_schema_field(UploadProgressSerializer(allow_null=True))
    def get_upload(self, clip: Clip) -> object:
        upload = open_upload_of(clip)
        return UploadProgressSerializer(upload).data if upload else None

    def get_verified(self, clip: Clip) -> bool:
        return clip.verified_at is not None

    def get_playable(self, clip: Clip) -> bool:
        return clip.playable_at is not None
