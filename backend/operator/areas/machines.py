"""Models, machines and the codes that they show."""

from __future__ import annotations

from django.contrib import admin

from backend.domain.equipment.models import Asset, AssetModel, FaultCode
from backend.operator.filters import ByOrganisation
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site


@admin.register(AssetModel, site=site)
class AssetModelAdmin(RowAdmin):
    list_display = ("name", "make", "family", link("organisation"))
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "make", "name", "family")


@admin.register(Asset, site=site)
class AssetAdmin(RowAdmin):
    list_display = ("tag", link("asset_model"), link("site"), "serial_number", link("organisation"))
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "tag", "serial_number")
    page_of = "/a/{pk}"


@admin.register(FaultCode, site=site)
class FaultCodeAdmin(RowAdmin):
    list_display = ("shown", "normalised", link("asset_model"), "meaning")
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "shown", "normalised", "meaning")
