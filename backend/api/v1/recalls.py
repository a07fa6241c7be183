"""Recalls: who applied or saw unsafe advice, and who has acknowledged."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.corrections import CorrectionSerializer
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, values_of
from backend.domain.corrections.models import Recall, RecallNotice
from backend.domain.corrections.recalling import acknowledge_recall, close_recall
from backend.domain.corrections.recalls import get_recall, list_recalls, title_of
from backend.domain.corrections.states import Reach, RecallStatus


class ListedRecallSerializer(serializers.Serializer[Recall]):
    """Of a suggestion with its thread, or of a how-to."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=values_of(RecallStatus))
    suggestion_id = serializers.UUIDField(allow_null=True)
    thread_id = serializers.UUIDField(source="suggestion.thread_id", default=None, allow_null=True)
    howto_id = serializers.UUIDField(allow_null=True)
    title = serializers.SerializerMethodField(help_text="The thread's or how-to's; as it was, of what was retired")
    corrections = CorrectionSerializer(many=True, help_text="What is unsafe; the oldest first, also withdrawn ones")
    reason = serializers.CharField(help_text="Why a how-to was retired for safety; empty: it was not")
    begun_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    close_reason = serializers.CharField()
    told_count = serializers.IntegerField(help_text="Everyone who applied or saw it, and was not removed")
    acknowledged_count = serializers.IntegerField(help_text="What was said last")

    def get_title(self, recall: Recall) -> str:
        return title_of(recall)


class WaitingPersonSerializer(serializers.Serializer[RecallNotice]):
    person = PersonSerializer()
    reach = serializers.ChoiceField(choices=values_of(Reach), help_text="`applied` it, or only `viewed` it")
    told_at = serializers.DateTimeField(help_text="The last time that something new was said")
    reminders_count = serializers.IntegerField(help_text="Since then")


class RecallSerializer(ListedRecallSerializer):
    missing = serializers.SerializerMethodField(help_text="Who has not acknowledged yet, who applied it first")

    @extend_schema_field(WaitingPersonSerializer(many=True))
    def get_missing(self, recall: Recall) -> list[dict[str, object]]:
        waiting = (notice for notice in recall.notices.all() if notice.acknowledged_at is None)
        return [dict(WaitingPersonSerializer(notice).data) for notice in waiting]


class RecallsQuery(PageQuery):
    open = serializers.BooleanField(default=None, allow_null=True, help_text="Left out: all of them")


class AcknowledgementSerializer(serializers.Serializer[RecallNotice]):
    recall_id = serializers.UUIDField()
    told_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(
        allow_null=True, help_text="Null: something new was said at `told_at`, which is still to be read"
    )


class AcknowledgementInput(serializers.Serializer[object]):
    told_at = serializers.DateTimeField(
        default=None,
        allow_null=True,
        help_text="`requested_at` of the inbox entry that was read; left out: what stands now was read",
    )


class CloseRecallInput(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class RecallsView(Endpoint):
    @operation(
        "Recalls with how many have acknowledged, the newest first; for curators",
        query=RecallsQuery,
        answers=page_of(ListedRecallSerializer),
        problems=["not_allowed"],
    )
    def get(self, _request: Request) -> Response:
        query = self.query(RecallsQuery)
        recalls = list_recalls(actor=self.actor, is_open=query["open"])
        return self.answer(page_of(ListedRecallSerializer), cut_page(recalls, query, order=("-begun_at", "-id")))


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
        "Acknowledge that what you tried or saw is unsafe",
        takes=AcknowledgementInput,
        answers=AcknowledgementSerializer,
        problems=["not_found"],
        needs_key=True,
    )
    def post(self, _request: Request, recall_id: UUID) -> Response:
        told_at = self.body(AcknowledgementInput)["told_at"]
        notice = acknowledge_recall(actor=self.actor, recall_id=recall_id, told_at=told_at, now=timezone.now())
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
