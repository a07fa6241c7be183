"""How a solved fault is shown that a question's asker was shown."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.v1.hits import MomentInClipSerializer
from backend.api.v1.shapes import values_of
from backend.domain.search.models import SubjectKind
from backend.domain.threads.models import SimilarFault


class SimilarFaultSerializer(serializers.Serializer[SimilarFault]):
    """A solved fault or how-to like the one asked about."""

    kind = serializers.ChoiceField(choices=values_of(SubjectKind))
    id = serializers.UUIDField(source="subject_id")
    title = serializers.CharField()
    moment = serializers.SerializerMethodField(help_text="Where to open its clip")
    came_with_captions = serializers.BooleanField(help_text="Found by what is said in the clip of the question")
    found_at = serializers.DateTimeField()

    @extend_schema_field(MomentInClipSerializer(allow_null=True))
    def get_moment(self, similar: SimilarFault) -> object:
        if similar.moment_clip_id is None:
            return None
        span = {"start_ms": similar.moment_start_ms, "end_ms": similar.moment_end_ms}
        return {"clip_id": str(similar.moment_clip_id), **span}
