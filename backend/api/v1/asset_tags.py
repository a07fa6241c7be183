"""The tags on machines: printed, and scanned."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.assets import AssetSerializer
from backend.domain.briefing.tags import draw_tag, find_scanned


class ScanQuery(serializers.Serializer[object]):
    code = serializers.CharField(max_length=500, help_text="What the QR code says, or the tag in letters")


class AssetTagView(Endpoint):
    @operation(
        "A machine's tag with its QR code, to be printed",
        answers=OpenApiResponse(OpenApiTypes.STR, description="SVG (`image/svg+xml`)"),
        problems=["not_found"],
    )
    def get(self, _request: Request, asset_id: UUID) -> HttpResponse:
        drawn = draw_tag(actor=self.actor, asset_id=asset_id, public_url=settings.PUBLIC_URL)
        return HttpResponse(drawn, content_type="image/svg+xml")


class ScanView(Endpoint):
    @operation(
        "The machine that a scanned code names", query=ScanQuery, answers=AssetSerializer, problems=["not_found"]
    )
    def get(self, _request: Request) -> Response:
        return self.answer(AssetSerializer, find_scanned(actor=self.actor, code=self.query(ScanQuery)["code"]))
