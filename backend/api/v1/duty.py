"""Who has duty, now and next. Everybody sees it; supervisors and admins give it."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.communities import CommunityBriefSerializer
from backend.api.v1.shapes import PersonSerializer
from backend.domain.asking.duty_turns import Turn, end_duty, list_duty, set_duty
from backend.domain.asking.models import DutyTurn


class DutyTurnSerializer(serializers.Serializer[DutyTurn]):
    id = serializers.UUIDField()
    person = PersonSerializer()
    community = CommunityBriefSerializer(allow_null=True, help_text="null: of the whole organisation")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class DutyTurnInput(serializers.Serializer[object]):
    person_id = serializers.UUIDField()
    community_id = serializers.UUIDField(default=None, allow_null=True, help_text="null: the whole organisation")
    starts_at = serializers.DateTimeField(help_text="With its offset")
    ends_at = serializers.DateTimeField(help_text="At most 31 days later")


class DutyView(Endpoint):
    @operation("Who has duty, and who comes next, soonest first", query=PageQuery, answers=page_of(DutyTurnSerializer))
    def get(self, _request: Request) -> Response:
        turns = list_duty(actor=self.actor, now=timezone.now())
        page = cut_page(turns, self.query(PageQuery), order=("starts_at", "id"))
        return self.answer(page_of(DutyTurnSerializer), page)

    @operation(
        "Give a person duty, for supervisors and admins; one person at a time has it in a community",
        takes=DutyTurnInput,
        answers=DutyTurnSerializer,
        status=201,
        problems=["not_allowed"],
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        turn = Turn(**self.body(DutyTurnInput))
        return self.answer(DutyTurnSerializer, set_duty(actor=self.actor, turn=turn, now=timezone.now()), status=201)


class DutyTurnView(Endpoint):
    @operation(
        "End a turn of duty now, or call it off, for supervisors and admins",
        answers=None,
        problems=["not_found", "not_allowed"],
    )
    def delete(self, _request: Request, turn_id: UUID) -> Response:
        end_duty(actor=self.actor, turn_id=turn_id, now=timezone.now())
        return Response(status=204)
