"""Whether a fix held, said in the app; from a notification it is a reply."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.models import HoldCheck


class HoldCheckSerializer(serializers.Serializer[HoldCheck]):
    id = serializers.UUIDField()
    days = serializers.IntegerField(help_text="After the fix; `still_running` after 30 makes the thread `held`")
    still_running = serializers.BooleanField(source="has_held", help_text="False opened the thread again")
    answered_at = serializers.DateTimeField()


class AnswerHoldCheckInput(serializers.Serializer[object]):
    still_running = serializers.BooleanField()


class HoldCheckView(Endpoint):
    @operation(
        "Say whether it is still running",
        takes=AnswerHoldCheckInput,
        answers=HoldCheckSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, thread_id: UUID, check_id: UUID) -> Response:
        check = answer_hold_check(
            actor=self.actor,
            thread_id=thread_id,
            check_id=check_id,
            has_held=self.body(AnswerHoldCheckInput)["still_running"],
            now=timezone.now(),
        )
        return self.answer(HoldCheckSerializer, check)
