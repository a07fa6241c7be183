"""Whom a thread asks, after how long: the ladder of each urgency, as the organisation wants it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import PersonSerializer, values_of
from backend.domain.asking.ladder import EVERYBODY, Audience, Rung
from backend.domain.asking.ladder_rules import Ladder, ladder_for, reset_ladder, set_ladder

_LATEST_S = 2**31 - 1


class RungSerializer(serializers.Serializer[Rung]):
    """One wave to come."""

    after_s = serializers.IntegerField(min_value=0, max_value=_LATEST_S, help_text="Seconds since the thread was asked")
    size = serializers.IntegerField(allow_null=True, help_text="How many are asked at most; null: the whole community")
    audience = serializers.ChoiceField(choices=values_of(Audience))
    is_silent = serializers.BooleanField(default=False, help_text="Told in the inbox, without a push")
    at_next_shift = serializers.BooleanField(
        default=False, help_text="When the community's next shift begins, and after `after_s` at the latest"
    )

    def to_representation(self, rung: Rung) -> dict[str, Any]:
        return {
            "after_s": int(rung.after.total_seconds()),
            "size": None if rung.size == EVERYBODY else rung.size,
            "audience": rung.audience.value,
            "is_silent": rung.is_silent,
            "at_next_shift": rung.at_next_shift,
        }


class LadderSerializer(serializers.Serializer[Ladder]):
    urgency = serializers.CharField()
    rungs = RungSerializer(many=True)
    is_own = serializers.SerializerMethodField(help_text="The organisation's own; else that of the product")
    changed_by = PersonSerializer(source="rule.changed_by", allow_null=True, default=None)
    changed_at = serializers.DateTimeField(source="rule.changed_at", allow_null=True, default=None)

    def get_is_own(self, ladder: Ladder) -> bool:
        return ladder.rule is not None


class LadderInput(serializers.Serializer[object]):
    rungs = RungSerializer(many=True)


class LadderView(Endpoint):
    @operation("Whom a thread of this urgency asks, rung by rung", answers=LadderSerializer, problems=["not_found"])
    def get(self, _request: Request, urgency: str) -> Response:
        return self.answer(LadderSerializer, ladder_for(actor=self.actor, urgency=urgency))

    @operation(
        "Give the organisation its own ladder, for those who may curate; it counts for threads asked from now on",
        takes=LadderInput,
        answers=LadderSerializer,
        problems=["not_found", "not_allowed"],
    )
    def put(self, _request: Request, urgency: str) -> Response:
        rungs = [_rung(row) for row in self.body(LadderInput)["rungs"]]
        set_ladder(actor=self.actor, urgency=urgency, rungs=rungs, now=timezone.now())
        return self.answer(LadderSerializer, ladder_for(actor=self.actor, urgency=urgency))

    @operation(
        "Go back to the product's ladder, for those who may curate",
        answers=LadderSerializer,
        problems=["not_found", "not_allowed"],
    )
    def delete(self, _request: Request, urgency: str) -> Response:
        return self.answer(LadderSerializer, reset_ladder(actor=self.actor, urgency=urgency))


def _rung(row: dict[str, Any]) -> Rung:
    size = EVERYBODY if row["size"] is None else row["size"]
    after = timedelta(seconds=row["after_s"])
    return Rung(after, size, Audience(row["audience"]), row["is_silent"], row["at_next_shift"])
