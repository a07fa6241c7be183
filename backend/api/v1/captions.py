"""The words in a clip, and what people make of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.playlists import CAPTIONS_TYPE
from backend.api.v1.shapes import PersonSerializer
from backend.domain.clips.captions import captions_webvtt, list_cues
from backend.domain.clips.corrections import MAX_LETTERS, correct_cue, list_cue_versions, restore_cue
from backend.domain.clips.models import Cue, CueVersion

MAX_NUMBER = 2**31 - 1  # of a version; an integer column's


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


class CueVersionSerializer(serializers.Serializer[CueVersion]):
    """What a caption said at one time. Number 0 is the recogniser's: nobody signed it."""

    number = serializers.IntegerField()
    text = serializers.CharField(help_text="Empty: nothing is said here")
    confidence = serializers.FloatField(help_text="0..1")
    restored_from = serializers.IntegerField(allow_null=True, help_text="The version that this one brought back")
    person = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True)


class CueVersionsSerializer(serializers.Serializer[Any]):
    items = CueVersionSerializer(many=True, help_text="The present one first")


class CorrectionInput(serializers.Serializer[object]):
    text = serializers.CharField(
        max_length=MAX_LETTERS, allow_blank=True, help_text="Empty: nothing is said here. Unchanged: confirmed"
    )
    version = serializers.IntegerField(min_value=0, max_value=MAX_NUMBER, help_text="The one that was read")


class RestoreInput(serializers.Serializer[object]):
    number = serializers.IntegerField(min_value=0, max_value=MAX_NUMBER, help_text="0: the recogniser's own words")
    version = serializers.IntegerField(min_value=0, max_value=MAX_NUMBER, help_text="The one that was read")


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


class CueView(Endpoint):
    @operation(
        "Set a caption right; anybody of the organisation may, under their name",
        takes=CorrectionInput,
        answers=CueSerializer,
        problems=["not_found", "cue_changed"],
    )
    def put(self, _request: Request, clip_id: UUID, cue_id: UUID) -> Response:
        correction = self.body(CorrectionInput)
        cue = correct_cue(actor=self.actor, clip_id=clip_id, cue_id=cue_id, now=timezone.now(), **correction)
        return self.answer(CueSerializer, cue)


class CueVersionsView(Endpoint):
    @operation(
        "Everything a caption ever said, the recogniser's words last",
        answers=CueVersionsSerializer,
        problems=["not_found"],
    )
    def get(self, _request: Request, clip_id: UUID, cue_id: UUID) -> Response:
        versions = list_cue_versions(actor=self.actor, clip_id=clip_id, cue_id=cue_id)
        return self.answer(CueVersionsSerializer, {"items": versions})


class CueRestoreView(Endpoint):
    @operation(
        "Undo: have a caption say again what it said before, as a new version",
        takes=RestoreInput,
        answers=CueSerializer,
        problems=["not_found", "cue_changed"],
        needs_key=True,
    )
    def post(self, _request: Request, clip_id: UUID, cue_id: UUID) -> Response:
        wanted = self.body(RestoreInput)
        cue = restore_cue(actor=self.actor, clip_id=clip_id, cue_id=cue_id, now=timezone.now(), **wanted)
        return self.answer(CueSerializer, cue)
