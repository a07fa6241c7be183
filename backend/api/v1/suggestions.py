"""What peers suggest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import (
    MAX_TEXT_LENGTH,
    ClipBriefSerializer,
    MomentSerializer,
    PersonSerializer,
    PhoneChosenId,
)
from backend.api.v1.tries import TrySerializer
from backend.domain.threads.models import Suggestion
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest


class TallySerializer(serializers.Serializer[dict[str, int]]):
    """What trying it has shown. "6 tries, 0 fixed" is knowledge, too."""

    tries = serializers.IntegerField(help_text="Ended ones")
    fixed = serializers.IntegerField()


class SuggestionSerializer(serializers.Serializer[Suggestion]):
    """A peer's proposal, with what became of it."""

    id = serializers.UUIDField()
    author = PersonSerializer()
    text = serializers.CharField()
    clip = ClipBriefSerializer(allow_null=True)
    moment = serializers.SerializerMethodField(help_text="In the clip of the question")
    came_after_fixed = serializers.BooleanField(help_text="Nobody was told of it: the fault was fixed already")
    created_at = serializers.DateTimeField()
    tries = TrySerializer(many=True)
    tally = serializers.SerializerMethodField()

    @extend_schema_field(MomentSerializer(allow_null=True))
    def get_moment(self, suggestion: Suggestion) -> dict[str, int | None] | None:
        if suggestion.moment_start_ms is None:
            return None
        return {"start_ms": suggestion.moment_start_ms, "end_ms": suggestion.moment_end_ms}

    @extend_schema_field(TallySerializer)
    def get_tally(self, suggestion: Suggestion) -> dict[str, int]:
        outcomes = [attempt.outcome for attempt in suggestion.tries.all() if attempt.outcome]
        return {"tries": len(outcomes), "fixed": outcomes.count(TryOutcome.FIXED)}


class SuggestInput(serializers.Serializer[object]):
    """Text, a clip, or both."""

    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own")
    text = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    clip_id = PhoneChosenId(default=None, allow_null=True, help_text="A UUIDv7; its upload may come later")
    moment = MomentSerializer(default=None, allow_null=True, help_text="In the clip of the question")
    seen_version = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=2**31 - 1)


class SuggestionsView(Endpoint):
    @operation(
        "Answer a fault thread",
        takes=SuggestInput,
        answers=SuggestionSerializer,
        status=201,
        also={200: SuggestionSerializer},
        problems=["not_found", "thread_closed", "id_taken", "lost_race"],
    )
    def post(self, _request: Request, thread_id: UUID) -> Response:
        body = self.body(SuggestInput)
        created = suggest(
            actor=self.actor,
            suggestion_id=body["id"],
            thread_id=thread_id,
            proposal=_proposal_of(body),
            now=timezone.now(),
        )
        return self.answer(SuggestionSerializer, created.row, status=201 if created.is_new else 200)


def _proposal_of(body: dict[str, Any]) -> Proposal:
    moment = body["moment"] or {}
    return Proposal(
        text=body["text"],
        clip_id=body["clip_id"],
        moment_start_ms=moment.get("start_ms"),
        moment_end_ms=moment.get("end_ms"),
        seen_version=body["seen_version"],
    )
