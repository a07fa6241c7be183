"""How well the organisation's people are reached. No names, and no group of fewer than five."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.delivery_shapes import CHANNELS, PLATFORMS, STEPS
from backend.domain.actor import Role
from backend.domain.errors import NotAllowed
from notifications import service as notifications
from notifications.service import ChannelSummary, FaultSummary, StepSummary, Summary


class StepSummarySerializer(serializers.Serializer[StepSummary]):
    step = serializers.ChoiceField(choices=STEPS, source="name")
    count = serializers.IntegerField(help_text="How many came so far")
    median_ms = serializers.IntegerField(allow_null=True, help_text="Since the step before")
    p90_ms = serializers.IntegerField(allow_null=True)


class FaultSummarySerializer(serializers.Serializer[FaultSummary]):
    reason = serializers.CharField()
    means = serializers.CharField()
    count = serializers.IntegerField()


class ChannelSummarySerializer(serializers.Serializer[ChannelSummary]):
    channel = serializers.ChoiceField(choices=CHANNELS)
    platform = serializers.ChoiceField(choices=PLATFORMS, allow_null=True)
    created_count = serializers.IntegerField()
    steps = StepSummarySerializer(many=True)
    faults = FaultSummarySerializer(many=True)


class PushSummarySerializer(serializers.Serializer[Summary]):
    since = serializers.DateTimeField()
    items = ChannelSummarySerializer(many=True, source="channels")


class PushSummaryView(Endpoint):
    @operation(
        "What became of the pushes of the last 7 days, for admins",
        answers=PushSummarySerializer,
        problems=["not_allowed"],
    )
    def get(self, _request: Request) -> Response:
        if self.actor.role is not Role.ADMIN:
            raise NotAllowed("Only an admin sees how well pushes arrive.")
        summary = notifications.summarise(organisation_id=self.actor.organisation_id, now=timezone.now())
        return self.answer(PushSummarySerializer, summary)
