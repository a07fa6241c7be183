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
from backend.api.v1.cautions import CautionSerializer
from backend.api.v1.corrections import CorrectionSerializer
from backend.api.v1.moments import PointedAtInput, ShownMomentSerializer, pointed_at, shown_moment
from backend.api.v1.shapes import (
    MAX_TEXT_LENGTH,
    ClipBriefSerializer,
    PersonSerializer,
    PhoneChosenId,
)
from backend.api.v1.tries import TrySerializer
from backend.domain.threads.models import Suggestion
from backend.domain.threads.pointing import moment_of
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tallies import Tally, tally_of


class TallySerializer(serializers.Serializer[Tally]):
    """What trying it has shown. "6 tries, 0 fixed" is knowledge, too."""

    tries = serializers.IntegerField(help_text="Ended ones, by anybody, on any machine")
    fixed = serializers.IntegerField()
    partly = serializers.IntegerField()
    no = serializers.IntegerField()
    worse = serializers.IntegerField()
    minutes_median = serializers.FloatField(allow_null=True, help_text="null: nobody said how long it took")
    success_share = serializers.FloatField(help_text="0..1, by Laplace's rule; suggestions stand in its order")


class SuggestionSerializer(serializers.Serializer[Suggestion]):
    """A peer's proposal, with what became of it."""

    id = serializers.UUIDField()
    author = PersonSerializer()
    text = serializers.CharField()
    clip = ClipBriefSerializer(allow_null=True)
    moment = serializers.SerializerMethodField(help_text="What it points at in a clip of the thread")
    caution = CautionSerializer(
        allow_null=True, help_text="Read it first while `is_covered`; null: nothing is hazardous"
    )
    corrections = CorrectionSerializer(many=True, help_text="While one is `standing`, show it first and fold the rest")
    corrected_at = serializers.DateTimeField(allow_null=True, help_text="null: nothing stands against it")
    recalled_at = serializers.DateTimeField(allow_null=True, help_text="Unsafe since: it cannot be tried")
    came_after_fixed = serializers.BooleanField(help_text="Nobody was told of it: the fault was fixed already")
    created_at = serializers.DateTimeField()
    tries = TrySerializer(many=True)
    tally = serializers.SerializerMethodField()

    @extend_schema_field(ShownMomentSerializer(allow_null=True))
    def get_moment(self, suggestion: Suggestion) -> object:
        return shown_moment(moment_of(suggestion))

    @extend_schema_field(TallySerializer)
    def get_tally(self, suggestion: Suggestion) -> object:
        return TallySerializer(tally_of(suggestion.tries.all())).data


class SuggestInput(serializers.Serializer[object]):
    """Text, a clip, or both."""

    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own")
    text = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    clip_id = PhoneChosenId(default=None, allow_null=True, help_text="A UUIDv7; its upload may come later")
    moment = PointedAtInput(default=None, allow_null=True, help_text="What to look at in a clip of the thread")
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
    return Proposal(
        text=body["text"],
        clip_id=body["clip_id"],
        moment=pointed_at(body["moment"]),
        seen_version=body["seen_version"],
    )
