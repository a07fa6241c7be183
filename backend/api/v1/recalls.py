"""Recalls: who tried unsafe advice, and who has acknowledged."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.corrections import CorrectionSerializer
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, values_of
from backend.domain.corrections.models import Recall, RecallNotice
from backend.domain.corrections.recalling import acknowledge_recall, close_recall, get_recall
from backend.domain.corrections.states import RecallStatus


class RecallSerializer(serializers.Serializer[Recall]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=values_of(RecallStatus))
    correction = CorrectionSerializer()
    begun_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    close_reason = serializers.CharField()
    told_count = serializers.SerializerMethodField(help_text="Everyone who tried it, and was not removed")
    acknowledged_count = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="Who has not acknowledged yet")

    def get_told_count(self, recall: Recall) -> int:
        return len(recall.notices.all())

    def get_acknowledged_count(self, recall: Recall) -> int:
        return sum(notice.acknowledged_at is not None for notice in recall.notices.all())

    @extend_schema_field(PersonSerializer(many=True))
    def get_missing(self, recall: Recall) -> list[dict[str, object]]:
        waiting = (notice.person for notice in recall.notices.all() if notice.acknowledged_at is None)
        return [dict(PersonSerializer(person).data) for person in waiting]


class AcknowledgementSerializer(serializers.Serializer[RecallNotice]):
    recall_id = serializers.UUIDField()
    told_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField()


class CloseRecallInput(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class RecallView(Endpoint):
    @operation(
        "Who has acknowledged, and who has not; for curators",
        answers=RecallSerializer,
        problems=["not_found", "not_allowed"],
    )
    def get(self, _request: Request, recall_id: UUID) -> Response:
        return self.answer(RecallSerializer, get_recall(actor=self.actor, recall_id=recall_id))


class AcknowledgementView(Endpoint):
    @operation(
        "Acknowledge that what you tried is unsafe",
        answers=AcknowledgementSerializer,
        problems=["not_found"],
        needs_key=True,
    )
    def post(self, _request: Request, recall_id: UUID) -> Response:
        notice = acknowledge_recall(actor=self.actor, recall_id=recall_id, now=timezone.now())
        return self.answer(AcknowledgementSerializer, notice)


class ClosingView(Endpoint):
    @operation(
        "End a recall with a reason, for curators",
        takes=CloseRecallInput,
        answers=RecallSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, recall_id: UUID) -> Response:
        reason = self.body(CloseRecallInput)["reason"]
        closed = close_recall(actor=self.actor, recall_id=recall_id, reason=reason, now=timezone.now())
        return self.answer(RecallSerializer, closed)
