"""Where people stop watching a how-to: a phone says how far playing went. Nobody's name is kept."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.howtos import MAX_STEPS
from backend.api.v1.shapes import MAX_MS, PhoneChosenId
from backend.domain.watching.reporting import Played, report_watching


class PlayedSerializer(serializers.Serializer[Played]):
    position = serializers.IntegerField(min_value=1, max_value=1_000, help_text="Of a step that has a film, from 1")
    played_ms = serializers.IntegerField(
        min_value=0, max_value=MAX_MS, help_text="How far playing went, from the start of the step's moment"
    )


class WatchingInput(serializers.Serializer[object]):
    """Sent at most every ten seconds and when the how-to is left; each time all that was played so far."""

    viewing_id = PhoneChosenId(help_text="A UUIDv7, new each time that the how-to is opened")
    version = serializers.IntegerField(min_value=1, help_text="The number of the version that is read")
    steps = PlayedSerializer(many=True, allow_empty=False, max_length=MAX_STEPS)  # type: ignore[call-arg]  # of lists


class WatchingView(Endpoint):
    @operation(
        "Say how far the films of a how-to were played; counted without a name",
        takes=WatchingInput,
        answers=None,
        problems=["not_found", "id_taken"],
    )
    def post(self, _request: Request, howto_id: UUID) -> Response:
        body = self.body(WatchingInput)
        report_watching(
            actor=self.actor,
            viewing_id=body["viewing_id"],
            howto_id=howto_id,
            version_number=body["version"],
            played=[Played(one["position"], one["played_ms"]) for one in body["steps"]],
            now=timezone.now(),
        )
        return Response(status=204)
