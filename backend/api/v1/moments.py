"""Moments of clips: what suggestions, comments and how-to steps point at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import MomentSerializer, PersonSerializer, values_of
from backend.domain.briefing.moments import PointedFrom, PointingKind, list_moments
from backend.domain.clips.marks import MAX_POINTS, Shape, read_mark
from backend.domain.clips.moments import Moment, ShownMoment
from backend.domain.threads.pointing import PointedAt

_POINT = serializers.ListField(child=serializers.FloatField(min_value=0, max_value=1), min_length=2, max_length=2)


class MarkSerializer(serializers.Serializer[dict[str, Any]]):
    """Drawn on the picture. Points are [x, y] from 0 to 1, from its upper left as it is displayed."""

    shape = serializers.ChoiceField(
        choices=values_of(Shape), help_text="circle: centre, point on it. arrow: from, to. box: two corners. path"
    )
    points = serializers.ListField(child=_POINT, min_length=2, max_length=MAX_POINTS)


class PointedAtInput(MomentSerializer):
    """A span of a clip of the thread, maybe with a mark."""

    clip_id = serializers.UUIDField(default=None, allow_null=True, help_text="Left out: the clip of the question")
    mark = MarkSerializer(default=None, allow_null=True)


class ShownMomentSerializer(serializers.Serializer[ShownMoment]):
    """Where to open a clip."""

    clip_id = serializers.UUIDField(allow_null=True)
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    is_clamped = serializers.BooleanField(help_text="It was pointed at beyond the end that the clip turned out to have")
    mark = MarkSerializer(allow_null=True)


class PointedFromSerializer(serializers.Serializer[PointedFrom]):
    """Who or what points at the moment."""

    kind = serializers.ChoiceField(choices=values_of(PointingKind))
    id = serializers.UUIDField(help_text="Of the suggestion, comment or step")
    subject_id = serializers.UUIDField(help_text="Of the thread; of a step, the how-to")
    text = serializers.CharField()
    author = PersonSerializer(allow_null=True, help_text="null: a how-to's step")
    moment = ShownMomentSerializer()


class MomentsSerializer(serializers.Serializer[dict[str, Any]]):
    items = PointedFromSerializer(many=True, help_text="In the order of the clip")


class MomentsView(Endpoint):
    @operation("Everything that points into a clip", answers=MomentsSerializer, problems=["not_found"])
    def get(self, _request: Request, clip_id: UUID) -> Response:
        return self.answer(MomentsSerializer, {"items": list_moments(actor=self.actor, clip_id=clip_id)})


def pointed_at(body: dict[str, Any] | None) -> PointedAt | None:
    """Return what the input points at; None: nothing."""
    if body is None:
        return None
    mark = read_mark(**body["mark"]) if body["mark"] else None
    return PointedAt(Moment(body["start_ms"], body["end_ms"], mark), body["clip_id"])


def shown_moment(moment: ShownMoment | None) -> object:
    """Return the moment as an answer holds it."""
    return ShownMomentSerializer(moment).data if moment else None
