"""What a person was told, whatever became of the pushes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api_schema.push_payloads import PushKind, PushUrgency
from backend.api.endpoint import Endpoint, operation
from backend.api.paging import page_of
from backend.api.v1.delivery_shapes import DeliverySerializer
from backend.api.v1.shapes import values_of
from backend.domain.asking.seeing import note_seen
from backend.domain.errors import NotFound
from notifications import service as notifications
from notifications.service import InboxEntry


class InboxEntrySerializer(serializers.Serializer[InboxEntry]):
    """One thing the person was told. `cancelled_at`: it was withdrawn, and counts as read."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=values_of(PushKind))
    urgency = serializers.ChoiceField(choices=values_of(PushUrgency))
    subject_id = serializers.UUIDField()
    title = serializers.CharField()
    body = serializers.CharField()
    ids = serializers.DictField(child=serializers.UUIDField(), help_text="What to open: `thread_id`, `ask_id` …")
    requested_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(allow_null=True, help_text="Of the thread, when this was told")


class InboxQuery(serializers.Serializer[object]):
    cursor = serializers.UUIDField(required=False, help_text="`next` of the page before")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)


class UnreadSerializer(serializers.Serializer[dict[str, int]]):
    unread_count = serializers.IntegerField(help_text="Neither read nor withdrawn")


class InboxView(Endpoint):
    @operation("What I was told, newest first", query=InboxQuery, answers=page_of(InboxEntrySerializer))
    def get(self, _request: Request) -> Response:
        query = self.query(InboxQuery)
        page = notifications.list_inbox(
            organisation_id=self.actor.organisation_id,
            person_id=self.actor.person_id,
            before=query.get("cursor"),
            limit=query["limit"],
        )
        return self.answer(page_of(InboxEntrySerializer), {"items": page.entries, "next": page.next_before})


class UnreadView(Endpoint):
    @operation("How much I have not read: the number on the badge", answers=UnreadSerializer)
    def get(self, _request: Request) -> Response:
        count = notifications.unread_count(organisation_id=self.actor.organisation_id, person_id=self.actor.person_id)
        return self.answer(UnreadSerializer, {"unread_count": count})


class ReadInput(serializers.Serializer[object]):
    """Either some entries, or one and everything older."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, allow_empty=False, max_length=100)
    up_to = serializers.UUIDField(required=False, help_text="The newest entry on the screen: what came since stays new")

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"ids": ["Give either ids or up_to."]})
        return attrs


class ReadManyView(Endpoint):
    @operation(
        "Mark many as read, or everything; entries that are not mine are passed over",
        takes=ReadInput,
        answers=UnreadSerializer,
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        body = self.body(ReadInput)
        mine = {"organisation_id": self.actor.organisation_id, "person_id": self.actor.person_id}
        reading: dict[str, Any] = {**mine, "now": timezone.now(), "session_id": self.session.session_key}
        if "up_to" in body:
            notifications.mark_read_up_to(**reading, item_id=body["up_to"])
        else:
            notifications.mark_read(**reading, item_ids=body["ids"])
        return self.answer(UnreadSerializer, {"unread_count": notifications.unread_count(**mine)})


class ReadView(Endpoint):
    @operation(
        "Open one: it is read, and its ask is seen; an entry that is not mine is passed over",
        answers=None,
        needs_key=True,
    )
    def post(self, _request: Request, item_id: UUID) -> Response:
        mine = {"organisation_id": self.actor.organisation_id, "person_id": self.actor.person_id}
        now = timezone.now()
        notifications.mark_read(**mine, item_ids=[item_id], now=now, session_id=self.session.session_key)
        entry = notifications.find_entry(**mine, item_id=item_id)
        if entry is not None and entry.kind is PushKind.ASK:
            note_seen(ask_id=UUID(entry.ids["ask_id"]), now=now)
        return Response(status=204)


class DeliveriesView(Endpoint):
    @operation(
        "What became of one entry on each way to me, step by step",
        answers=page_of(DeliverySerializer),
        problems=["not_found"],
    )
    def get(self, _request: Request, item_id: UUID) -> Response:
        try:
            deliveries = notifications.timeline_of(
                organisation_id=self.actor.organisation_id, person_id=self.actor.person_id, item_id=item_id
            )
        except notifications.ItemNotFound as error:
            raise NotFound(str(error)) from error
        return self.answer(page_of(DeliverySerializer), {"items": deliveries, "next": None})
