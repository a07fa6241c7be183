"""What my organisation chose."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.domain.accounts.models import Organisation
from backend.domain.accounts.organisation_choices import (
    MOST_A_SHIFT,
    MOST_A_WEEK,
    OrganisationChoices,
    change_organisation,
    own_organisation,
)

_PUSHES_DETAILS = (
    "Pushes say who asks and about what; else only that there is something, and the phone fetches the rest"
)


class OrganisationSettingsSerializer(serializers.Serializer[Organisation]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    pushes_details = serializers.BooleanField(help_text=_PUSHES_DETAILS)
    asks_per_shift = serializers.IntegerField(help_text="Pushes that ask one person, at most")
    asks_per_week = serializers.IntegerField(help_text="Pushes that ask one person, at most")


class OrganisationInput(serializers.Serializer[object]):
    """What to change; what is left out stays."""

    pushes_details = serializers.BooleanField(required=False, help_text=f"{_PUSHES_DETAILS}. For admins")
    asks_per_shift = serializers.IntegerField(required=False, min_value=1, max_value=MOST_A_SHIFT)
    asks_per_week = serializers.IntegerField(required=False, min_value=1, max_value=MOST_A_WEEK)


class OrganisationView(Endpoint):
    @operation("My organisation, and what it chose", answers=OrganisationSettingsSerializer)
    def get(self, _request: Request) -> Response:
        return self.answer(OrganisationSettingsSerializer, own_organisation(actor=self.actor))

    @operation(
        "Choose what pushes say, for admins, and how often people are asked, for supervisors and admins",
        takes=OrganisationInput,
        answers=OrganisationSettingsSerializer,
        problems=["not_allowed"],
    )
    def patch(self, _request: Request) -> Response:
        choices = OrganisationChoices(**self.body(OrganisationInput))
        organisation = change_organisation(actor=self.actor, choices=choices)
        return self.answer(OrganisationSettingsSerializer, organisation)
