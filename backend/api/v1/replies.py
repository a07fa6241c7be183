"""Answering from a lock screen. The token in the push stands for the session: it answers one ask and nothing else."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.asks import RESPONSES
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PhoneChosenId, values_of
from backend.domain.asking.models import AskStatus
from backend.domain.threads.replies import Reply, ReplyTokenInvalid, reply_to_ask
from notifications import service as notifications


class ReplyInput(serializers.Serializer[object]):
    """Text is an answer; without text, `response` claims the ask or passes it on."""

    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own: it may send the same reply any number of times")
    token = serializers.CharField(max_length=500, help_text="`reply_token` of the push")
    text = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    response = serializers.ChoiceField(choices=sorted(RESPONSES), default=None, allow_null=True)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if not attrs["text"] and attrs["response"] is None:
            raise serializers.ValidationError({"text": ["Say something, claim, or pass."]})
        return attrs


class ReplySerializer(serializers.Serializer[dict[str, AskStatus]]):
    status = serializers.ChoiceField(choices=values_of(AskStatus), help_text="Where the ask stands now")


class RepliesView(Endpoint):
    authentication_classes = ()
    permission_classes = ()

    @operation(
        "Answer from a notification",
        takes=ReplyInput,
        answers=ReplySerializer,
        status=201,
        problems=["reply_token_invalid", "thread_closed", "illegal_move", "lost_race", "id_taken"],
        is_open=True,
    )
    def post(self, _request: Request) -> Response:
        body = self.body(ReplyInput)
        reply = Reply(text=body["text"], response=RESPONSES[body["response"]] if body["response"] else None)
        ask_id = _ask_of(body["token"])
        status = reply_to_ask(ask_id=ask_id, reply_id=body["id"], reply=reply, now=timezone.now())
        return self.answer(ReplySerializer, {"status": status.value}, status=201)


def _ask_of(token: str) -> UUID:
    """
    Return the ask that this token may answer.

    :raises ReplyTokenInvalid: it is not ours, too old, or its device signed out.
    """
    try:
        permit = notifications.read_token(token, now=timezone.now())
    except notifications.ReplyTokenRefused as refused:
        raise ReplyTokenInvalid(str(refused)) from refused
    return UUID(permit.ids["ask_id"])
