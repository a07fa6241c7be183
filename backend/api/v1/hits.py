"""How a found thread or how-to is shown: by search, and beside a new question."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.v1.shapes import MomentSerializer, values_of
from backend.domain.search.models import SubjectKind
from backend.domain.search.queries import Hit, Matched


class MomentInClipSerializer(MomentSerializer):
    clip_id = serializers.UUIDField()


class HitSerializer(serializers.Serializer[Hit]):
    """One thread or how-to; `moment` is where to open its clip."""

    kind = serializers.ChoiceField(choices=values_of(SubjectKind))
    id = serializers.UUIDField()
    title = serializers.CharField()
    snippet = serializers.CharField(help_text="Plain text")
    matches = serializers.SerializerMethodField(help_text="[start, end) ranges of the snippet that matched")
    is_solved = serializers.BooleanField()
    is_corrected = serializers.BooleanField(
        help_text="Something of it was set straight; the snippet says what is right, where it fits the question"
    )
    score = serializers.FloatField(help_text="Compares hits of one answer only")
    moment = MomentInClipSerializer(allow_null=True)
    matched = serializers.ChoiceField(choices=values_of(Matched), help_text="The strongest reason")

    @extend_schema_field(serializers.ListField(child=serializers.ListField(child=serializers.IntegerField())))
    def get_matches(self, hit: Hit) -> list[list[int]]:
        return [list(span) for span in hit.matches]
