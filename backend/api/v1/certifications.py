"""What a person is certified for, and until when."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.domain.asking.certifying import (
    list_certifications,
    record_certification,
    still_holds,
    withdraw_certification,
)
from backend.domain.asking.models import Certification


class CertificationSerializer(serializers.Serializer[Certification]):
    id = serializers.UUIDField()
    name = serializers.CharField(help_text="A hazard or a trade, as the organisation names it")
    expires_on = serializers.DateField(allow_null=True, help_text="The last day on which it counts; null: no end")
    is_current = serializers.SerializerMethodField(help_text="It counts today, where they are")

    def get_is_current(self, certification: Certification) -> bool:
        return still_holds(certification, now=timezone.now())


class CertificationInput(serializers.Serializer[object]):
    name = serializers.CharField(max_length=100)
    expires_on = serializers.DateField(default=None, allow_null=True, help_text="null or left out: no end")


class CertificationsView(Endpoint):
    @operation(
        "What a colleague is, and was, certified for",
        query=PageQuery,
        answers=page_of(CertificationSerializer),
        problems=["not_found"],
    )
    def get(self, _request: Request, person_id: UUID) -> Response:
        held = list_certifications(actor=self.actor, person_id=person_id)
        page = cut_page(held, self.query(PageQuery), order=("name", "id"))
        return self.answer(page_of(CertificationSerializer), page)

    @operation(
        "Record or renew a certification, for supervisors and admins",
        takes=CertificationInput,
        answers=CertificationSerializer,
        status=201,
        problems=["not_found", "not_allowed"],
        needs_key=True,
    )
    def post(self, _request: Request, person_id: UUID) -> Response:
        body = self.body(CertificationInput)
        held = record_certification(actor=self.actor, person_id=person_id, **body, now=timezone.now())
        return self.answer(CertificationSerializer, held, status=201)


class CertificationView(Endpoint):
    @operation(
        "Withdraw a certification, for supervisors and admins", answers=None, problems=["not_found", "not_allowed"]
    )
    def delete(self, _request: Request, person_id: UUID, certification_id: UUID) -> Response:
        withdraw_certification(actor=self.actor, person_id=person_id, certification_id=certification_id)
        return Response(status=204)
