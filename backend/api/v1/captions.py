"""The words in a clip."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.playlists import CAPTIONS_TYPE
from backend.api.v1.shapes import PersonSerializer
from backend.domain.clips.captions import captions_webvtt, list_cues
from backend.domain.clips.models import Cue


class WordSerializer(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    confidence = serializers.FloatField(help_text="0..1; 1 for what a person wrote")
    spoken = serializers.CharField(
        default="", help_text="What was said where `text` is its written form: `e four` for E4; else empty"
    )


class CueSerializer(serializers.Serializer[Cue]):
    """One caption, as it is shown: the recogniser's words, or a person's correction of them."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    text = serializers.CharField()
    confidence = serializers.FloatField(help_text="0..1; 1 for what a person wrote")
    words = WordSerializer(many=True)
    language = serializers.CharField()
    engine = serializers.CharField()
    version = serializers.IntegerField(help_text="0: as the recogniser heard it; a correction names what it corrects")
    corrected_by = PersonSerializer(allow_null=True)
    corrected_at = serializers.DateTimeField(allow_null=True)


class CuesSerializer(serializers.Serializer[Any]):
    items = CueSerializer(many=True)


class CaptionsView(Endpoint):
    @operation(
        "A clip's captions so far; doubtful words are in the class `doubtful`",
        answers=OpenApiResponse(OpenApiTypes.STR, description="WebVTT (`text/vtt`)"),
        problems=["not_found"],
    )
    def get(self, _request: Request, clip_id: UUID) -> HttpResponse:
        return HttpResponse(captions_webvtt(actor=self.actor, clip_id=clip_id), content_type=CAPTIONS_TYPE)


class CuesView(Endpoint):
    @operation("The words of a clip so far, with their times", answers=CuesSerializer, problems=["not_found"])
    def get(self, _request: Request, clip_id: UUID) -> Response:
        return self.answer(CuesSerializer, {"items": list_cues(actor=self.actor, clip_id=clip_id)})
