"""Whom a fault would ask that nobody has: to look at a ladder before it matters."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.waiting import CandidatesSerializer
from backend.domain.asking.imagining import FURTHEST_AHEAD, ImaginedFault, preview_fault
from notifications import service as notifications


class ImaginedFaultQuery(serializers.Serializer[object]):
    asset_id = serializers.UUIDField()
    fault_code = serializers.CharField(default="", allow_blank=True, max_length=32, help_text="As the machine shows it")
    asker_id = serializers.UUIDField(default=None, allow_null=True, help_text="Who asks; left out: me")
    at = serializers.DateTimeField(
        default=None,
        allow_null=True,
        help_text=f"When it is asked, at most {FURTHEST_AHEAD.days} days ahead; left out: now",
    )


class LadderCandidatesView(Endpoint):
    @operation(
        "Whom each wave of an imagined fault would ask, and why, for those who may curate; nothing is asked",
        query=ImaginedFaultQuery,
        answers=CandidatesSerializer,
        problems=["not_found", "not_allowed"],
    )
    def get(self, _request: Request, urgency: str) -> Response:
        fault = ImaginedFault(urgency=urgency, **self.query(ImaginedFaultQuery))
        rungs = preview_fault(actor=self.actor, fault=fault, reachable=notifications.reachable, now=timezone.now())
        return self.answer(CandidatesSerializer, {"items": rungs})
