"""How asking goes, for supervisors and curators. Figures of a period, never of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.domain.insights.stopping import Stop
from backend.domain.insights.summary import Figures, Summary, summarise

_DAYS = 30


class InsightsQuery(serializers.Serializer[object]):
    community_id = serializers.UUIDField(required=False, help_text="What this community answers for; left out: all")
    starts_at = serializers.DateTimeField(required=False, help_text=f"Left out: {_DAYS} days before the end")
    ends_at = serializers.DateTimeField(required=False, help_text="Not included; left out: now")


class SecondsField(serializers.IntegerField):
    """A span of time in whole seconds; null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **options)

    def to_representation(self, span: Any) -> Any:
        return round(span.total_seconds())


class FiguresSerializer(serializers.Serializer[Figures]):
    """Of the questions asked in the period, as they stand now."""

    asked_count = serializers.IntegerField()
    answered_count = serializers.IntegerField()
    answered_soon_count = serializers.IntegerField(help_text="Within ten minutes")
    fixed_count = serializers.IntegerField()
    held_count = serializers.IntegerField(help_text="For 30 days, and nobody came back")
    deflected_count = serializers.IntegerField(help_text="Closed with what was known already")
    repeat_visits_count = serializers.IntegerField()
    median_first_response_s = SecondsField(source="median_first_response", help_text="null: nothing was answered")
    p90_first_response_s = SecondsField(source="p90_first_response", help_text="Of nine in ten; null: as above")
    median_first_useful_s = SecondsField(
        source="median_first_useful", help_text="To the first answer that a try has shown to help; null: there is none"
    )
    p90_first_useful_s = SecondsField(source="p90_first_useful", help_text="Of nine in ten; null: as above")
    median_time_to_fix_s = SecondsField(source="median_time_to_fix", help_text="null: nothing is fixed")
    p90_time_to_fix_s = SecondsField(source="p90_time_to_fix", help_text="Of nine in ten; null: as above")


class StopSerializer(serializers.Serializer[Stop]):
    """A step that viewings stopped in. What fewer than five people have played is withheld."""

    howto_id = serializers.UUIDField()
    version_number = serializers.IntegerField()
    title = serializers.CharField(help_text="Of the version")
    step_position = serializers.IntegerField(help_text="From 1")
    began_count = serializers.IntegerField(help_text="Viewings that began the step")
    half_count = serializers.IntegerField(allow_null=True, help_text="That came to its half; null: withheld")
    end_count = serializers.IntegerField(allow_null=True, help_text="That came to its end; null: withheld")
    stopped_count = serializers.IntegerField(help_text="That stopped within it, as far as that may be told")


class InsightsSerializer(serializers.Serializer[Summary]):
    community_id = serializers.UUIDField(source="community.id", allow_null=True, default=None)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    figures = FiguresSerializer(allow_null=True, help_text="null: fewer than five people asked")
    stops = StopSerializer(
        many=True, help_text="Where most stop watching a how-to, in the weeks that the period touches; most first"
    )


class InsightsView(Endpoint):
    @operation(
        "How asking goes in a period; for supervisors and curators",
        query=InsightsQuery,
        answers=InsightsSerializer,
        problems=["not_found", "not_allowed"],
    )
    def get(self, _request: Request) -> Response:
        query: dict[str, Any] = self.query(InsightsQuery)
        ends_at = query.get("ends_at") or timezone.now()
        starts_at = query.get("starts_at") or ends_at - timedelta(days=_DAYS)
        community_id: UUID | None = query.get("community_id")
        summary = summarise(actor=self.actor, community_id=community_id, starts_at=starts_at, ends_at=ends_at)
        return self.answer(InsightsSerializer, summary)
