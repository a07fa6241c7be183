"""What should be taught or written next, for supervisors and curators."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, values_of
from backend.domain.equipment.models import AssetModel
from backend.domain.insights.deciding import dismiss_gap, let_write, undo_decision
from backend.domain.insights.faults import Cost
from backend.domain.insights.gaps import Gap, GapList, Missing, list_gaps
from backend.domain.insights.models import GapDecision
from backend.domain.insights.states import GapStatus

_EXAMPLES = 5


class GapModelSerializer(serializers.Serializer[AssetModel]):
    id = serializers.UUIDField()
    make = serializers.CharField()
    name = serializers.CharField()
    family = serializers.CharField()


class GapCostSerializer(serializers.Serializer[Cost]):
    minutes = serializers.IntegerField(help_text="What gaps are ranked by: docs/gaps.md says how it is made up")
    minutes_waited = serializers.IntegerField(help_text="For the first answer, a working day at most for each thread")
    minutes_in_vain = serializers.IntegerField(help_text="Of tries that did not help")
    repeat_visits_count = serializers.IntegerField()
    searches_count = serializers.IntegerField(help_text="That found nothing much like it")


class GapDecisionSerializer(serializers.Serializer[GapDecision]):
    """The last decision; the gap's `status` says whether it still counts."""

    status = serializers.ChoiceField(choices=values_of(GapStatus))
    reason = serializers.CharField()
    owner = PersonSerializer(allow_null=True, help_text="Who writes what is missing")
    decided_by = PersonSerializer()
    decided_at = serializers.DateTimeField()


class GapSerializer(serializers.Serializer[Gap]):
    """One fault for which something lacks; who asked and who searched is not told."""

    id = serializers.UUIDField()
    title = serializers.CharField(help_text="Of the newest thread, or the words that were searched most")
    asset_model = GapModelSerializer(allow_null=True, help_text="null: only searches, and none names a machine")
    fault_code = serializers.CharField(allow_blank=True, help_text="Normalised")
    missing = serializers.ListField(child=serializers.ChoiceField(choices=values_of(Missing)))
    cost = GapCostSerializer()
    threads_count = serializers.IntegerField()
    unanswered_count = serializers.IntegerField(help_text="Threads that nobody could answer, or that nothing helped")
    machines_count = serializers.IntegerField()
    people_count = serializers.IntegerField(allow_null=True, help_text="null: fewer than two asked or searched")
    thread_ids = serializers.SerializerMethodField(help_text=f"The newest {_EXAMPLES}")
    searches = serializers.SerializerMethodField(help_text=f"The newest {_EXAMPLES} wordings")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=values_of(GapStatus))
    decision = GapDecisionSerializer(allow_null=True, help_text="null: nobody decided yet")

    def get_thread_ids(self, gap: Gap) -> list[str]:
        return [str(thread_id) for thread_id in gap.readable_ids[:_EXAMPLES]]

    def get_searches(self, gap: Gap) -> list[str]:
        return list(gap.searches[:_EXAMPLES])


class GapsQuery(serializers.Serializer[object]):
    status = serializers.ChoiceField(choices=values_of(GapStatus), required=False, help_text="Left out: all")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)


class GapsSerializer(serializers.Serializer[GapList]):
    """The dearest first."""

    items = GapSerializer(many=True)
    total_count = serializers.IntegerField(help_text="With those beyond the limit")


class DismissGapInput(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class WriteGapInput(serializers.Serializer[object]):
    owner_id = serializers.UUIDField(default=None, allow_null=True, help_text="Who writes; left out: you")


_DECIDING = ["not_found", "not_allowed", "lost_race"]


class GapsView(Endpoint):
    @operation(
        "What should be taught or written next, the dearest first; for supervisors and curators",
        query=GapsQuery,
        answers=GapsSerializer,
        problems=["not_allowed"],
    )
    def get(self, _request: Request) -> Response:
        query = self.query(GapsQuery)
        status = GapStatus(query["status"]) if "status" in query else None
        gaps = list_gaps(actor=self.actor, status=status, limit=query["limit"], now=timezone.now())
        return self.answer(GapsSerializer, gaps)


class GapDismissalView(Endpoint):
    @operation(
        "This is no gap, for a reason; it comes back when it has doubled",
        takes=DismissGapInput,
        answers=GapSerializer,
        problems=_DECIDING,
        needs_key=True,
    )
    def post(self, _request: Request, gap_id: UUID) -> Response:
        reason = self.body(DismissGapInput)["reason"]
        gap = dismiss_gap(actor=self.actor, gap_id=gap_id, reason=reason, now=timezone.now())
        return self.answer(GapSerializer, gap)


class GapWritingView(Endpoint):
    @operation(
        "Somebody writes what is missing",
        takes=WriteGapInput,
        answers=GapSerializer,
        problems=_DECIDING,
        needs_key=True,
    )
    def post(self, _request: Request, gap_id: UUID) -> Response:
        gap = let_write(actor=self.actor, gap_id=gap_id, **self.body(WriteGapInput), now=timezone.now())
        return self.answer(GapSerializer, gap)


class GapDecisionView(Endpoint):
    @operation("Take back what was decided about a gap", answers=GapSerializer, problems=_DECIDING)
    def delete(self, _request: Request, gap_id: UUID) -> Response:
        return self.answer(GapSerializer, undo_decision(actor=self.actor, gap_id=gap_id, now=timezone.now()))
