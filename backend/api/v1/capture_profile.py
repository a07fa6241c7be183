"""How phones are asked to film and to send."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.domain.clips.capture_profile import (
    AudioCapture,
    Capture,
    CaptureProfile,
    VideoCapture,
    get_capture_profile,
)
from backend.domain.clips.upload_quota import Allowance


class VideoCaptureSerializer(serializers.Serializer[VideoCapture]):
    short_side_px = serializers.IntegerField(help_text="More is never shown to anybody")
    frames_per_second = serializers.IntegerField()
    bits_per_second = serializers.IntegerField()
    keyframe_interval_s = serializers.IntegerField()
    codecs = serializers.ListField(child=serializers.CharField(), help_text="Best first: take the first you can encode")


class AudioCaptureSerializer(serializers.Serializer[AudioCapture]):
    bits_per_second = serializers.IntegerField()
    sample_rate_hz = serializers.IntegerField()
    channel_count = serializers.IntegerField()
    codec = serializers.CharField()


class CaptureSerializer(serializers.Serializer[Capture]):
    video = VideoCaptureSerializer()
    audio = AudioCaptureSerializer()
    bytes_per_minute = serializers.IntegerField(help_text="About")
    chunk_bytes = serializers.IntegerField(help_text="Of one PATCH; iOS in the background sends all in one instead")


class AllowanceSerializer(serializers.Serializer[Allowance]):
    """What this person may upload today, by their own clock. Announced uploads count."""

    per_day_bytes = serializers.IntegerField()
    left_bytes = serializers.IntegerField()
    renews_at = serializers.DateTimeField()


class CaptureProfileSerializer(serializers.Serializer[CaptureProfile]):
    """Ask before each recording: it may change, and `today` does."""

    normal = CaptureSerializer()
    low_data = CaptureSerializer(help_text="On a metered or weak link, and when the person chose it")
    max_bytes = serializers.IntegerField(help_text="Of one clip")
    max_duration_s = serializers.IntegerField()
    upload_url = serializers.SerializerMethodField(help_text="tus 1.0.0; OPTIONS tells its extensions")
    upload_life_s = serializers.IntegerField(help_text="An upload ends when no byte comes for so long")
    today = AllowanceSerializer(source="allowance")

    def get_upload_url(self, _profile: CaptureProfile) -> str:
        return f"{settings.PUBLIC_URL}/api/v1/uploads"


class CaptureProfileView(Endpoint):
    @operation("How to film and send a clip", answers=CaptureProfileSerializer)
    def get(self, _request: Request) -> Response:
        return self.answer(CaptureProfileSerializer, get_capture_profile(actor=self.actor, now=timezone.now()))
