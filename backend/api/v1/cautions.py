"""Cautions: advice that is hazardous is read behind a cover until somebody certified has signed for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, values_of
from backend.domain.hazards.kinds import HazardKind
from backend.domain.hazards.models import Caution, CautionSignature
from backend.domain.hazards.signing import get_caution, list_cautions, sign_caution
from backend.domain.hazards.states import CautionStatus


class HazardousWordSerializer(serializers.Serializer[dict[str, Any]]):
    """A place in the text, in Unicode code points, or a moment of the clip."""

    kind = serializers.ChoiceField(choices=values_of(HazardKind))
    said = serializers.CharField()
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    start_ms = serializers.IntegerField(allow_null=True)
    end_ms = serializers.IntegerField(allow_null=True)


class SignatureSerializer(serializers.Serializer[CautionSignature]):
    person = PersonSerializer()
    kind = serializers.ChoiceField(choices=values_of(HazardKind))
    certification = serializers.CharField(help_text="What they were certified for")
    note = serializers.CharField()
    signed_at = serializers.DateTimeField()


class CautionSerializer(serializers.Serializer[Caution]):
    """What is hazardous in a suggestion, and who stands behind it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=values_of(CautionStatus))
    is_covered = serializers.BooleanField(help_text="Show it behind 'Read this first'")
    kinds = serializers.SerializerMethodField()
    words = HazardousWordSerializer(many=True)
    signatures = SignatureSerializer(many=True)
    covered_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_kinds(self, caution: Caution) -> list[str]:
        return sorted({word["kind"] for word in caution.words})


class OwnCautionSerializer(CautionSerializer):
    """A caution on its own, with the thread that it stands in."""

    thread_id = serializers.UUIDField()
    title = serializers.CharField(help_text="The thread's")


class SignInput(serializers.Serializer[object]):
    note = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)


class CautionsView(Endpoint):
    @operation("What waits for somebody certified to sign", query=PageQuery, answers=page_of(OwnCautionSerializer))
    def get(self, _request: Request) -> Response:
        page = cut_page(list_cautions(actor=self.actor), self.query(PageQuery), order=("-covered_at", "-id"))
        return self.answer(page_of(OwnCautionSerializer), page)


class CautionView(Endpoint):
    @operation("One caution with its signatures", answers=OwnCautionSerializer, problems=["not_found"])
    def get(self, _request: Request, caution_id: UUID) -> Response:
        return self.answer(OwnCautionSerializer, get_caution(actor=self.actor, caution_id=caution_id))


class SignatureView(Endpoint):
    @operation(
        "Sign for every hazard that you are certified for; not for your own advice",
        takes=SignInput,
        answers=OwnCautionSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, caution_id: UUID) -> Response:
        note = self.body(SignInput)["note"]
        signed = sign_caution(actor=self.actor, caution_id=caution_id, note=note, now=timezone.now())
        return self.answer(OwnCautionSerializer, signed)
