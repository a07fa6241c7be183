"""What became of a push on the phone. Push services keep no receipt for one message, so the app sends its own."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.reply_permits import note_steps, permit_of
from backend.api.v1.replies import MAX_TOKEN_LENGTH, ReplyParser
from backend.api.v1.shapes import values_of
from notifications.service import ReceiptKind

_MAX_EVENTS = 10


class ReceiptSerializer(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=values_of(ReceiptKind))
    at = serializers.DateTimeField(
        required=False, help_text="By the phone's clock, which may be days wrong: the server's counts"
    )


class ReceiptsInput(serializers.Serializer[object]):
    """In any order, any number of times; each step implies those before it."""

    token = serializers.CharField(max_length=MAX_TOKEN_LENGTH, help_text="`reply_token` of the push")
    events = serializers.ListField(child=ReceiptSerializer(), min_length=1, max_length=_MAX_EVENTS)


class ReceiptsView(Endpoint):
    authentication_classes = ()
    permission_classes = ()
    parser_classes = (ReplyParser,)

    @operation(
        "Say that a push was delivered, opened or acted on",
        takes=ReceiptsInput,
        answers=None,
        problems=["reply_token_invalid", "reply_too_large"],
        is_open=True,
    )
    def post(self, _request: Request) -> Response:
        body = self.body(ReceiptsInput)
        now = timezone.now()
        permit = permit_of(body["token"], now=now)
        with transaction.atomic():
            note_steps(permit, {ReceiptKind(event["kind"]) for event in body["events"]}, now=now)
        return Response(status=204)
