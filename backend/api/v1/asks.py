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

# What a person says, and where it takes their ask.
RESPONSES = {"claim": AskStatus.CLAIMED, "pass": AskStatus.PASSED}


class OwnAskSerializer(serializers.Serializer[Ask]):
    id = serializers.UUIDField()
    thread_id = serializers.UUIDField(source="round.thread_id")
    status = serializers.ChoiceField(choices=values_of(AskStatus))
    reason = serializers.CharField(help_text="Why them")
    asked_at = serializers.DateTimeField()
    responded_at = serializers.DateTimeField(allow_null=True)


class RespondInput(serializers.Serializer[object]):
    response = serializers.ChoiceField(choices=sorted(RESPONSES), help_text="`claim`: I'm on it; `pass`: not me")


class ResponseView(Endpoint):
    @operation(
        "Claim an ask, or pass it on",
        takes=RespondInput,
        answers=OwnAskSerializer,
        problems=["not_found", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, ask_id: UUID) -> Response:
        to = RESPONSES[self.body(RespondInput)["response"]]
        return self.answer(
            OwnAskSerializer, respond(actor=self.actor, ask_id=ask_id, response=AskResponse(to), now=timezone.now())
        )
