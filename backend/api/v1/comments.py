"""Remarks on a thread that propose nothing."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.moments import PointedAtInput, ShownMomentSerializer, pointed_at, shown_moment
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, PhoneChosenId
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.models import Comment
from backend.domain.threads.pointing import moment_of


class CommentSerializer(serializers.Serializer[Comment]):
    """A remark; it moves nothing."""

    id = serializers.UUIDField()
    author = PersonSerializer()
    text = serializers.CharField()
    moment = serializers.SerializerMethodField(help_text="What it points at in a clip of the thread")
    created_at = serializers.DateTimeField()

    @extend_schema_field(ShownMomentSerializer(allow_null=True))
    def get_moment(self, made: Comment) -> object:
        return shown_moment(moment_of(made))


class CommentInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own")
    text = serializers.CharField(max_length=MAX_TEXT_LENGTH)
    moment = PointedAtInput(default=None, allow_null=True, help_text="What to look at in a clip of the thread")


class CommentsView(Endpoint):
    @operation(
        "Remark on a thread; no phone rings",
        takes=CommentInput,
        answers=CommentSerializer,
        status=201,
        also={200: CommentSerializer},
        problems=["not_found", "id_taken"],
    )
    def post(self, _request: Request, thread_id: UUID) -> Response:
        body = self.body(CommentInput)
        remark = Remark(body["text"], pointed_at(body["moment"]))
        made = comment(actor=self.actor, comment_id=body["id"], thread_id=thread_id, remark=remark, now=timezone.now())
        return self.answer(CommentSerializer, made.row, status=201 if made.is_new else 200)
