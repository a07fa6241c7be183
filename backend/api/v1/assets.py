"""The machines of the organisation."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.shapes import SiteSerializer
from backend.domain.equipment.models import Asset, AssetModel, FaultCode
from backend.domain.equipment.queries import find_asset, list_assets


class FaultCodeSerializer(serializers.Serializer[FaultCode]):
    shown = serializers.CharField(help_text="As the machine shows it")
    normalised = serializers.CharField(help_text="As codes are compared: `E-04`, `e4` and `E four` are all `E4`")
    meaning = serializers.CharField()


class AssetModelSerializer(serializers.Serializer[AssetModel]):
    id = serializers.UUIDField()
    make = serializers.CharField()
    name = serializers.CharField()
    family = serializers.CharField()
    fault_codes = FaultCodeSerializer(many=True)


class AssetSerializer(serializers.Serializer[Asset]):
    id = serializers.UUIDField()
    tag = serializers.CharField(help_text="On the machine's side")
    serial_number = serializers.CharField()
    site = SiteSerializer()
    asset_model = AssetModelSerializer()


class AssetQuery(PageQuery):
    tag = serializers.CharField(default="", max_length=64, help_text="Exactly this tag, in any case")
    q = serializers.CharField(
        default="", max_length=100, help_text="Words of tag, make, model, family or serial number"
    )


class AssetsView(Endpoint):
    @operation("Find machines", query=AssetQuery, answers=page_of(AssetSerializer))
    def get(self, _request: Request) -> Response:
        query = self.query(AssetQuery)
        assets = list_assets(actor=self.actor, tag=query["tag"], words=query["q"])
        return self.answer(page_of(AssetSerializer), cut_page(assets, query, order=("tag",)))


class AssetView(Endpoint):
    @operation("One machine, its model and the codes it can show", answers=AssetSerializer, problems=["not_found"])
    def get(self, _request: Request, asset_id: UUID) -> Response:
        return self.answer(AssetSerializer, find_asset(actor=self.actor, asset_id=asset_id))
