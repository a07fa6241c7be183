"""Corrections: advice set straight by somebody who may, with the reason and the right procedure."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, PhoneChosenId, values_of
from backend.domain.corrections.correcting_howtos import correct_howto
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.models import Correction
from backend.domain.corrections.operations import correct_suggestion, withdraw_correction
from backend.domain.corrections.states import CorrectionStatus, Severity


class CorrectionSerializer(serializers.Serializer[Correction]):
    """Show it before what it corrects, and fold that."""

    id = serializers.UUIDField()
    suggestion_id = serializers.UUIDField(allow_null=True, help_text="Of an answer")
    howto_id = serializers.UUIDField(allow_null=True, help_text="Of a how-to")
    version_number = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    step_position = serializers.IntegerField(
        source="step.position", default=None, allow_null=True, help_text="null: all of it"
    )
    recall_id = serializers.UUIDField(allow_null=True, help_text="Of an unsafe one: who was told")
    author = PersonSerializer()
    severity = serializers.ChoiceField(choices=values_of(Severity))
    what = serializers.CharField(help_text="What is wrong")
    why = serializers.CharField()
    procedure = serializers.CharField(help_text="What is right")
    status = serializers.ChoiceField(choices=values_of(CorrectionStatus))
    corrected_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawal_reason = serializers.CharField()


class CorrectInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own")
    severity = serializers.ChoiceField(choices=values_of(Severity), help_text="`unsafe`: nobody may try it any more")
    what = serializers.CharField(max_length=MAX_TEXT_LENGTH)
    why = serializers.CharField(max_length=MAX_TEXT_LENGTH)
    procedure = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class CorrectHowToInput(CorrectInput):
    version = serializers.IntegerField(min_value=1, help_text="The number of the version that was read; it must be out")
    step_position = serializers.IntegerField(
        default=None, allow_null=True, min_value=1, max_value=32_767, help_text="From 1; null: all of it"
    )


class WithdrawCorrectionInput(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class CorrectionsView(Endpoint):
    @operation(
        "Correct a suggestion, for curators and whoever is certified for its hazard",
        takes=CorrectInput,
        answers=CorrectionSerializer,
        status=201,
        also={200: CorrectionSerializer},
        problems=["not_found", "not_allowed", "id_taken"],
    )
    def post(self, _request: Request, suggestion_id: UUID) -> Response:
        body = self.body(CorrectInput)
        correction_id, severity = body.pop("id"), Severity(body.pop("severity"))
        created = correct_suggestion(
            actor=self.actor,
            correction_id=correction_id,
            suggestion_id=suggestion_id,
            findings=Findings(severity, **body),
            now=timezone.now(),
        )
        return self.answer(CorrectionSerializer, created.row, status=201 if created.is_new else 200)


class HowToCorrectionsView(Endpoint):
    @operation(
        "Correct a how-to that is out, or one of its steps, for curators and whoever is certified for its hazard",
        takes=CorrectHowToInput,
        answers=CorrectionSerializer,
        status=201,
        also={200: CorrectionSerializer},
        problems=["not_found", "not_allowed", "illegal_move", "id_taken"],
    )
    def post(self, _request: Request, howto_id: UUID) -> Response:
        body = self.body(CorrectHowToInput)
        created = correct_howto(
            actor=self.actor,
            correction_id=body.pop("id"),
            howto_id=howto_id,
            version_number=body.pop("version"),
            step_position=body.pop("step_position"),
            findings=Findings(Severity(body.pop("severity")), **body),
            now=timezone.now(),
        )
        return self.answer(CorrectionSerializer, created.row, status=201 if created.is_new else 200)


class CorrectionWithdrawalView(Endpoint):
    @operation(
        "Withdraw a correction, for who made it and curators; it is kept with the reason",
        takes=WithdrawCorrectionInput,
        answers=CorrectionSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, correction_id: UUID) -> Response:
        reason = self.body(WithdrawCorrectionInput)["reason"]
        withdrawn = withdraw_correction(
            actor=self.actor, correction_id=correction_id, reason=reason, now=timezone.now()
        )
        return self.answer(CorrectionSerializer, withdrawn)
