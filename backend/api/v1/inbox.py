"""What a person was told, whatever became of the pushes."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api_schema.push_payloads import PushKind, PushUrgency
from backend.api.endpoint import Endpoint, operation
from backend.api.paging import page_of
from backend.api.v1.shapes import values_of
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


class ReadView(Endpoint):
    @operation("Mark as read; an entry that is not mine is passed over", answers=None, needs_key=True)
    def post(self, _request: Request, item_id: UUID) -> Response:
        notifications.mark_read(
            organisation_id=self.actor.organisation_id,
            person_id=self.actor.person_id,
            item_ids=[item_id],
            now=timezone.now(),
        )
        return Response(status=204)
