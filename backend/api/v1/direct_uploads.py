"""Uploads that go straight to the bucket, where the installation offers it. See docs/uploading-direct.md."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import ClipBriefSerializer
from backend.uploads.direct import DirectUpload, PartToSend, begin_direct_upload, complete_direct_upload

_FILE_PROBLEMS = ["upload_empty", "upload_too_large", "upload_type_refused", "quota_exceeded", "id_taken"]
_END_PROBLEMS = ["upload_corrupt", "upload_type_refused", "upload_offset_mismatch", "upload_expired", "thread_closed"]


class FileToSendSerializer(serializers.Serializer[object]):
    upload_length = serializers.IntegerField(min_value=0, max_value=10**15)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the whole file")
    filename = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)
    filetype = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class PartToSendSerializer(serializers.Serializer[PartToSend]):
    """PUT these bytes of the file to `url`, with this Content-Length and no other header of ours."""

    number = serializers.IntegerField()
    begins_at = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    url = serializers.URLField(allow_null=True, help_text="Null: this part is there already")


class DirectUploadSerializer(serializers.Serializer[DirectUpload]):
    upload_id = serializers.UUIDField(source="upload.id")
    parts = PartToSendSerializer(many=True, help_text="In any order, several at once if the link allows")
    links_expire_at = serializers.DateTimeField(help_text="Ask again for fresh ones")
    expires_at = serializers.DateTimeField(source="upload.expires_at", help_text="The upload ends unless asked for")


class DirectUploadView(Endpoint):
    @operation(
        "Send a clip's file straight to the bucket, or go on with it",
        takes=FileToSendSerializer,
        answers=DirectUploadSerializer,
        status=201,
        problems=["not_found", *_FILE_PROBLEMS],
    )
    def post(self, _request: Request, clip_id: UUID) -> Response:
        told = self.body(FileToSendSerializer)
        begun = begin_direct_upload(
            actor=self.actor,
            clip_id=clip_id,
            declared_bytes=told["upload_length"],
            declared_sha256=told["sha256"],
            file_name=told["filename"],
            media_type=told["filetype"],
            now=timezone.now(),
        )
        return self.answer(DirectUploadSerializer, begun, status=201)


class CompleteDirectUploadView(Endpoint):
    @operation(
        "Every part is sent: verify the file",
        answers=ClipBriefSerializer,
        problems=["not_found", "upload_locked", *_END_PROBLEMS],
    )
    def post(self, _request: Request, clip_id: UUID) -> Response:
        clip = complete_direct_upload(actor=self.actor, clip_id=clip_id, now=timezone.now())
        return self.answer(ClipBriefSerializer, clip)
