"""Which words are hazardous in an organisation, and whose signature each needs."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import PersonSerializer, values_of
from backend.domain.hazards.kinds import HazardKind
from backend.domain.hazards.words import MAX_PHRASES, Hazard, list_hazards, reset_hazard, set_hazard


class HazardSerializer(serializers.Serializer[Hazard]):
    kind = serializers.ChoiceField(choices=values_of(HazardKind))
    phrases = serializers.ListField(child=serializers.CharField(), help_text="`…` stands for up to three other words")
    certification = serializers.CharField(help_text="Who is certified for this may sign")
    is_own = serializers.SerializerMethodField(help_text="The organisation's own; else the product's")
    changed_by = PersonSerializer(source="rule.changed_by", allow_null=True, default=None)
    changed_at = serializers.DateTimeField(source="rule.changed_at", allow_null=True, default=None)

    def get_is_own(self, hazard: Hazard) -> bool:
        return hazard.rule is not None


class HazardsSerializer(serializers.Serializer[object]):
    items = HazardSerializer(many=True)


class HazardInput(serializers.Serializer[object]):
    phrases = serializers.ListField(child=serializers.CharField(max_length=100), max_length=MAX_PHRASES)
    certification = serializers.CharField(max_length=100)


class HazardWordsView(Endpoint):
    @operation("Which words are hazardous here", answers=HazardsSerializer)
    def get(self, _request: Request) -> Response:
        return self.answer(HazardsSerializer, {"items": list_hazards(actor=self.actor)})


class HazardWordView(Endpoint):
    @operation(
        "Give a kind of hazard the organisation's own phrases, for curators; they count for what is said from now on",
        takes=HazardInput,
        answers=HazardSerializer,
        problems=["not_found", "not_allowed"],
    )
    def put(self, _request: Request, kind: str) -> Response:
        hazard = set_hazard(actor=self.actor, kind=kind, **self.body(HazardInput), now=timezone.now())
        return self.answer(HazardSerializer, hazard)

    @operation(
        "Go back to the product's phrases, for curators",
        answers=HazardSerializer,
        problems=["not_found", "not_allowed"],
    )
    def delete(self, _request: Request, kind: str) -> Response:
        return self.answer(HazardSerializer, reset_hazard(actor=self.actor, kind=kind))
