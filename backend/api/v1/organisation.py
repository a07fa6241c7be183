"""What my organisation chose."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.domain.accounts.models import Organisation
from backend.domain.accounts.profile import choose_details_in_pushes, own_organisation

_PUSHES_DETAILS = (
    "Pushes say who asks and about what; else only that there is something, and the phone fetches the rest"
)


class OrganisationSettingsSerializer(serializers.Serializer[Organisation]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    pushes_details = serializers.BooleanField(help_text=_PUSHES_DETAILS)


class OrganisationInput(serializers.Serializer[object]):
    pushes_details = serializers.BooleanField(help_text=_PUSHES_DETAILS)


class OrganisationView(Endpoint):
    @operation("My organisation, and what it chose", answers=OrganisationSettingsSerializer)
    def get(self, _request: Request) -> Response:
        return self.answer(OrganisationSettingsSerializer, own_organisation(actor=self.actor))

    @operation(
        "Choose what pushes say, for admins",
        takes=OrganisationInput,
        answers=OrganisationSettingsSerializer,
        problems=["not_allowed"],
    )
    def patch(self, _request: Request) -> Response:
        organisation = choose_details_in_pushes(actor=self.actor, **self.body(OrganisationInput))
        return self.answer(OrganisationSettingsSerializer, organisation)
