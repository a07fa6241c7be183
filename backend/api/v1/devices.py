"""The phones on which a person can be reached by push."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import page_of
from backend.domain.errors import InvalidInput, NotFound
from notifications import service as notifications
from notifications.service import DeviceNotFound, UnableToRegisterDevice

KINDS = ["fid", "token"]
PLATFORMS = ["android", "ios", "web"]


class DeviceSerializer(serializers.Serializer[notifications.DeviceView]):
    """A registered device. Its address stays inside."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    platform = serializers.ChoiceField(choices=PLATFORMS)
    registered_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(help_text="It registered, or said that a push came")


class RegisterDeviceInput(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=KINDS, help_text="A Firebase installation id, or a registration token")
    value = serializers.CharField(max_length=1024)
    platform = serializers.ChoiceField(choices=PLATFORMS)


class DevicesView(Endpoint):
    @operation("My registered devices", answers=page_of(DeviceSerializer))
    def get(self, _request: Request) -> Response:
        devices = notifications.list_devices(organisation_id=self.actor.organisation_id, person_id=self.actor.person_id)
        return self.answer(page_of(DeviceSerializer), {"items": devices, "next": None})

    @operation(
        "Be reached on this device, until its session ends or somebody else registers it",
        takes=RegisterDeviceInput,
        answers=DeviceSerializer,
        status=201,
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        body = self.body(RegisterDeviceInput)
        try:
            device = notifications.register_device(
                organisation_id=self.actor.organisation_id,
                person_id=self.actor.person_id,
                session_id=self.session.session_key,
                now=timezone.now(),
                **body,
            )
        except UnableToRegisterDevice as error:
            raise InvalidInput(value=str(error)) from error
        return self.answer(DeviceSerializer, device, status=201)


class DeviceView(Endpoint):
    @operation("Push nothing to this device any more", answers=None, problems=["not_found"])
    def delete(self, _request: Request, device_id: UUID) -> Response:
        try:
            notifications.remove_device(
                organisation_id=self.actor.organisation_id,
                person_id=self.actor.person_id,
                device_id=device_id,
                now=timezone.now(),
            )
        except DeviceNotFound as error:
            raise NotFound("You have no such device.") from error
        return Response(status=204)
