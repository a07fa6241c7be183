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
from backend.domain.briefing.tag_sheet import MAX_TAGS, PER_PAGE, draw_tag_sheet
from backend.domain.briefing.tags import draw_tag, find_scanned


class ScanQuery(serializers.Serializer[object]):
    code = serializers.CharField(max_length=500, help_text="What the QR code says, or the tag in letters")


class TagSheetQuery(serializers.Serializer[object]):
    ids = serializers.CharField(help_text=f"Of 1 to {MAX_TAGS} machines, with commas between them")

    def validate_ids(self, given: str) -> list[UUID]:
        return [serializers.UUIDField().to_internal_value(one.strip()) for one in given.split(",")]


class AssetTagView(Endpoint):
    @operation(
        "A machine's tag with its QR code, to be printed",
        answers=OpenApiResponse(OpenApiTypes.STR, description="SVG (`image/svg+xml`)"),
        problems=["not_found"],
    )
    def get(self, _request: Request, asset_id: UUID) -> HttpResponse:
        drawn = draw_tag(actor=self.actor, asset_id=asset_id, public_url=settings.PUBLIC_URL)
        return HttpResponse(drawn, content_type="image/svg+xml")


class TagSheetView(Endpoint):
    @operation(
        f"Tags of many machines as a page to be printed: A4, {PER_PAGE} on a sheet",
        query=TagSheetQuery,
        answers=OpenApiResponse(OpenApiTypes.STR, description="HTML (`text/html`)"),
        problems=["not_found"],
    )
    def get(self, _request: Request) -> HttpResponse:
        ids = self.query(TagSheetQuery)["ids"]
        page = draw_tag_sheet(actor=self.actor, asset_ids=ids, public_url=settings.PUBLIC_URL)
        headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        return HttpResponse(page, content_type="text/html; charset=utf-8", headers=headers)


class ScanView(Endpoint):
    @operation(
        "The machine that a scanned code names", query=ScanQuery, answers=AssetSerializer, problems=["not_found"]
    )
    def get(self, _request: Request) -> Response:
        return self.answer(AssetSerializer, find_scanned(actor=self.actor, code=self.query(ScanQuery)["code"]))
