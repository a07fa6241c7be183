"""A push to myself, and what would keep one from arriving."""

from __future__ import annotations

from math import ceil
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.delivery_shapes import PLATFORMS, DeliverySerializer
from notifications import service as notifications
from notifications.service import DeviceObstacles, TestPush, TooSoon


class DeviceObstaclesSerializer(serializers.Serializer[DeviceObstacles]):
    device_id = serializers.UUIDField()
    platform = serializers.ChoiceField(choices=PLATFORMS)
    last_seen_at = serializers.DateTimeField(allow_null=True)
    is_forgotten = serializers.BooleanField(help_text="Nothing is sent there any more: `problem` says why")
    problem = serializers.CharField(allow_null=True, help_text="What went wrong there last; null: nothing")
    problem_at = serializers.DateTimeField(allow_null=True)


class TestPushSerializer(serializers.Serializer[TestPush]):
    """`deliveries`: the last test, device by device; ask again to see how far it came."""

    sent_at = serializers.DateTimeField(allow_null=True, help_text="null: no test yet")
    problems = serializers.ListField(
        child=serializers.CharField(),
        source="obstacles.problems",
        help_text="What would keep a real push from every device of mine right now",
    )
    devices = DeviceObstaclesSerializer(many=True, source="obstacles.devices")
    deliveries = DeliverySerializer(many=True)


class TestPushView(Endpoint):
    @operation("How far my last test push came, and what would keep a push from me", answers=TestPushSerializer)
    def get(self, _request: Request) -> Response:
        return self.answer(TestPushSerializer, notifications.find_test_push(**self._me, now=timezone.now()))

    @operation(
        "Push a test to all my devices; once a minute",
        answers=TestPushSerializer,
        status=201,
        problems=["too_many_requests"],
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        try:
            test = notifications.send_test_push(**self._me, now=timezone.now())
        except TooSoon as error:
            raise Throttled(wait=ceil(error.wait_s), detail=str(error)) from error
        return self.answer(TestPushSerializer, test, status=201)

    @property
    def _me(self) -> dict[str, UUID]:
        return {"organisation_id": self.actor.organisation_id, "person_id": self.actor.person_id}
