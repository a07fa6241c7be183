"""Saying "this is it" of what was known already."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import values_of
from backend.api.v1.threads import ThreadSerializer
from backend.domain.search.models import SubjectKind
from backend.domain.threads.deflecting import deflect


class DeflectInput(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=values_of(SubjectKind))
    subject_id = serializers.UUIDField(help_text="Of the solved thread or released how-to")


class DeflectionView(Endpoint):
    @operation(
        "This is it: close the question with what was known already",
        takes=DeflectInput,
        answers=ThreadSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, thread_id: UUID) -> Response:
        body = self.body(DeflectInput)
        thread = deflect(
            actor=self.actor,
            thread_id=thread_id,
            kind=SubjectKind(body["kind"]),
            subject_id=body["subject_id"],
            now=timezone.now(),
        )
        return self.answer(ThreadSerializer, thread)
