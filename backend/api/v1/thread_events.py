"""Tickets to watch a thread. The events themselves are served by `backend.live`, beside Django."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.live.opening import ticket_for
from backend.live.tickets import Ticket


class TicketSerializer(serializers.Serializer[Ticket]):
    """Watches one thread for the session that asked, as `GET /threads/{id}/events?ticket=`."""

    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="To begin with it; a stream that is open stays open")


class EventsTicketView(Endpoint):
    # No key: it changes nothing, and a stored answer would be a ticket that is long over.
    @operation("A ticket for a browser's EventSource", answers=TicketSerializer, problems=["not_found"])
    def post(self, _request: Request, thread_id: UUID) -> Response:
        ticket = ticket_for(session=self.session, thread_id=thread_id, now=timezone.now())
        return self.answer(TicketSerializer, ticket)
