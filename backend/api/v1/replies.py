"""Answering from a lock screen: one POST, no session. The token in the push stands for one person, phone and thread."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.parsing import StrictJsonParser
from backend.api.reply_handlers import REPLY_HANDLERS
from backend.api.reply_permits import notified_of, permit_of, tell_acted
from backend.api.v1.shapes import PhoneChosenId, values_of
from backend.domain.errors import DomainError
from backend.domain.threads.models import ReplyAction, ReplyResult
from backend.domain.threads.replies import take_reply
from backend.domain.threads.reply_actions import Said
from notifications import service as notifications
from notifications.service import ReplyPermit

MAX_REPLY_BYTES = 1024
MAX_TOKEN_LENGTH = 100
_WITH_WORDS = frozenset({ReplyAction.ANSWER, ReplyAction.VOICE})


class ReplyTooLarge(DomainError):
    """More than a lock screen sends."""

    code = "reply_too_large"


class ReplyNotOffered(DomainError):
    """The notification has no such button."""

    code = "reply_not_offered"


class ReplyParser(StrictJsonParser):
    """A whole reply fits into one packet of a bad link."""

    max_body_bytes = MAX_REPLY_BYTES

    def too_large(self) -> Exception:
        """As `StrictJsonParser.too_large`."""
        return ReplyTooLarge(f"A reply has at most {MAX_REPLY_BYTES} bytes. Open the app to say more.")


class ReplyInput(serializers.Serializer[object]):
    """What a phone keeps in its queue until it is answered, unchanged."""

    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own: it may send the same reply any number of times")
    token = serializers.CharField(max_length=MAX_TOKEN_LENGTH, help_text="`reply_token` of the push")
    action = serializers.ChoiceField(choices=values_of(ReplyAction))
    text = serializers.CharField(
        default="", allow_blank=True, max_length=MAX_REPLY_BYTES, help_text="With `answer`; may be with `voice`"
    )
    refer_to_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="With `refer`: a colleague; without: whoever fits next"
    )
    seen_version = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, max_value=2**31 - 1, help_text="`version` of the push"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        action = ReplyAction(attrs["action"])
        if action is ReplyAction.ANSWER and not attrs["text"]:
            raise serializers.ValidationError({"text": ["Say something."]})
        if attrs["text"] and action not in _WITH_WORDS:
            raise serializers.ValidationError({"text": ["Only an answer has words."]})
        if attrs["refer_to_id"] and action is not ReplyAction.REFER:
            raise serializers.ValidationError({"refer_to_id": ["Only `refer` names a colleague."]})
        return attrs


class ReplySerializer(serializers.Serializer[dict[str, Any]]):
    """The same for every repeat of a reply."""

    id = serializers.UUIDField()
    result = serializers.ChoiceField(choices=values_of(ReplyResult))
    message = serializers.CharField(help_text="A sentence for the lock screen")
    clip_id = serializers.UUIDField(
        allow_null=True, help_text="Upload the voice note under this id, with `Authorization: Reply <token>`"
    )


class RepliesView(Endpoint):
    authentication_classes = ()
    permission_classes = ()
    parser_classes = (ReplyParser,)

    @operation(
        "Answer from a notification",
        takes=ReplyInput,
        answers=ReplySerializer,
        status=201,
        also={200: ReplySerializer},
        problems=["reply_token_invalid", "reply_not_offered", "reply_too_large", "lost_race", "id_taken"],
        is_open=True,
    )
    def post(self, _request: Request) -> Response:
        body = self.body(ReplyInput)
        now = timezone.now()
        permit = permit_of(body["token"], now=now)
        _check_offered(permit, body["action"])
        with transaction.atomic():
            reply = take_reply(
                reply_id=body["id"],
                notified=notified_of(permit),
                said=_said(body),
                reachable=notifications.reachable,
                handlers=REPLY_HANDLERS,
                now=now,
            )
            if reply.is_new:
                tell_acted(permit, now=now)
        return self.answer(ReplySerializer, reply.row.answer, status=201 if reply.is_new else 200)


def _check_offered(permit: ReplyPermit, action: str) -> None:
    if action not in permit.actions:
        raise ReplyNotOffered(f"This notification offers {', '.join(permit.actions)}.", offered=list(permit.actions))


def _said(body: dict[str, Any]) -> Said:
    return Said(
        action=ReplyAction(body["action"]),
        text=body["text"],
        refer_to_id=body["refer_to_id"],
        seen_version=body["seen_version"],
    )
