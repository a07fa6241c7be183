"""What a person answers to being asked, from inside the app."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import values_of
from backend.domain.asking.models import Ask, AskStatus
from backend.domain.threads.responding import AskResponse, respond
from notifications import service as notifications

# What a person says, and where it takes their ask.
RESPONSES = {
    "claim": AskStatus.CLAIMED,
    "pass": AskStatus.PASSED,
    "busy": AskStatus.BUSY,
    "not_my_kit": AskStatus.NOT_MY_KIT,
    "refer": AskStatus.REFERRED,
}


class OwnAskSerializer(serializers.Serializer[Ask]):
    id = serializers.UUIDField()
    thread_id = serializers.UUIDField(source="round.thread_id")
    status = serializers.ChoiceField(choices=values_of(AskStatus))
    reason = serializers.CharField(help_text="Why them")
    asked_at = serializers.DateTimeField()
    responded_at = serializers.DateTimeField(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True, help_text="A claim holds the others back until then")


class RespondInput(serializers.Serializer[object]):
    response = serializers.ChoiceField(
        choices=sorted(RESPONSES),
        help_text="`claim`: I'm on it; `pass`: not me; `busy`: not for an hour; `not_my_kit`: less about this kit; "
        "`refer`: ask somebody else",
    )
    refer_to_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="With `refer`: the colleague to ask; null: whoever is next best"
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if attrs["refer_to_id"] is not None and attrs["response"] != "refer":
            raise serializers.ValidationError({"refer_to_id": ["Name a colleague with `refer` only."]})
        return attrs


class ResponseView(Endpoint):
    @operation(
        "Say what becomes of an ask: claim it, decline it, or have somebody else asked",
        takes=RespondInput,
        answers=OwnAskSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, ask_id: UUID) -> Response:
        body = self.body(RespondInput)
        response = AskResponse(RESPONSES[body["response"]], body["refer_to_id"])
        ask = respond(
            actor=self.actor,
            ask_id=ask_id,
            response=response,
            reachable=notifications.reachable,
            now=timezone.now(),
        )
        return self.answer(OwnAskSerializer, ask)
