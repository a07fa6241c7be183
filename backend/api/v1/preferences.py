"""How a person wants to be told of each kind of thing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api_schema.push_payloads import PushKind
from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import values_of
from backend.domain.errors import InvalidInput
from notifications import service as notifications
from notifications.service import Choice, ExplainedChoice, ExplainedChoices, TellingMode, UnableToSetPreferences

MAX_CHOICES = 50


class PreferenceSerializer(serializers.Serializer[ExplainedChoice]):
    """`about`: what would be told. `means`: what becomes of it as things stand. `modes`: what can be chosen."""

    kind = serializers.ChoiceField(choices=values_of(PushKind))
    about = serializers.CharField()
    mode = serializers.ChoiceField(choices=values_of(TellingMode))
    modes = serializers.ListField(child=serializers.CharField(), help_text="Values of `mode`")
    by_email = serializers.BooleanField()
    by_sms = serializers.BooleanField()
    means = serializers.CharField()


class PreferencesSerializer(serializers.Serializer[ExplainedChoices]):
    items = PreferenceSerializer(many=True, source="choices")
    email_problem = serializers.CharField(allow_null=True, help_text="Why no e-mail can come to me; null: it can")
    sms_problem = serializers.CharField(allow_null=True, help_text="Why no text message can come to me; null: it can")


class PreferenceInput(serializers.Serializer[object]):
    kind = serializers.ChoiceField(choices=values_of(PushKind))
    mode = serializers.ChoiceField(choices=values_of(TellingMode))
    by_email = serializers.BooleanField(default=False)
    by_sms = serializers.BooleanField(default=False)


class PreferencesInput(serializers.Serializer[object]):
    """Kinds that are left out stay as they are: an older app does not know every kind."""

    items = serializers.ListField(child=PreferenceInput(), allow_empty=False, max_length=MAX_CHOICES)


class PreferencesView(Endpoint):
    @operation("How I am told of each kind of thing, and what that means", answers=PreferencesSerializer)
    def get(self, _request: Request) -> Response:
        return self._answer()

    @operation("Choose how I am told", takes=PreferencesInput, answers=PreferencesSerializer)
    def put(self, _request: Request) -> Response:
        choices = [_choice(item) for item in self.body(PreferencesInput)["items"]]
        try:
            notifications.set_choices(
                organisation_id=self.actor.organisation_id,
                person_id=self.actor.person_id,
                choices=choices,
                now=timezone.now(),
            )
        except UnableToSetPreferences as error:
            raise InvalidInput(items=str(error)) from error
        return self._answer()

    def _answer(self) -> Response:
        explained = notifications.explain_choices(
            organisation_id=self.actor.organisation_id, person_id=self.actor.person_id, now=timezone.now()
        )
        return self.answer(PreferencesSerializer, explained)


def _choice(item: dict[str, Any]) -> Choice:
    return Choice(PushKind(item["kind"]), TellingMode(item["mode"]), by_email=item["by_email"], by_sms=item["by_sms"])
