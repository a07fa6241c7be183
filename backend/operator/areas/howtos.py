"""How-tos and their versions."""

from __future__ import annotations

from django.contrib import admin

from backend.domain.howto_exchange.models import HowToImport
from backend.domain.howtos.models import Approval, HowTo, HowToUse, HowToVersion, Step
from backend.domain.insights.models import GapDecision
from backend.domain.search.models import Nickname
from backend.operator.filters import ByOrganisation
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site


@admin.register(HowTo, site=site)
class HowToAdmin(RowAdmin):
    list_display = (
        "id",
        link("asset_model"),
        "fault_code",
        "confidence",
        "governance",
        link("owner"),
        link("thread"),
        "review_due_at",
        link("organisation"),
    )
    list_filter = (ByOrganisation, "confidence", "governance", "review_due_at")
    search_fields = ("=id", "fault_code", "owner__email", "versions__title")
    page_of = "/howtos/{pk}"


@admin.register(HowToVersion, site=site)
class HowToVersionAdmin(RowAdmin):
    list_display = ("title", "number", "language", "publication", link("howto"), "released_at", link("released_by"))
    list_filter = (ByOrganisation, "publication", "language", "retired_for_safety")
    search_fields = ("=id", "=howto__id", "title")


@admin.register(Step, site=site)
class StepAdmin(RowAdmin):
    list_display = ("id", link("version"), "position", "text", link("clip"), "start_ms", "end_ms")
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "=version__id", "text")


@admin.register(Approval, site=site)
class ApprovalAdmin(RowAdmin):
    list_display = ("approved_at", link("version"), link("person"), "certification", "withdrawn_at")
    list_filter = (ByOrganisation, "approved_at")
    search_fields = ("=id", "=version__id", "person__email")


@admin.register(HowToUse, site=site)
class HowToUseAdmin(RowAdmin):
    list_display = ("used_at", link("howto"), link("person"), link("asset"), "outcome", "minutes")
    list_filter = (ByOrganisation, "outcome", "used_at")
    search_fields = ("=id", "=howto__id", "person__email")


@admin.register(HowToImport, site=site)
class HowToImportAdmin(RowAdmin):
    list_display = ("imported_at", link("howto"), link("imported_by"), "source_id")
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "=source_id")


@admin.register(GapDecision, site=site)
class GapDecisionAdmin(RowAdmin):
    """Searches themselves are not shown: nobody who searched is named (docs/adr/0035)."""

    list_display = ("decided_at", "status", link("owner"), link("decided_by"), "reason")
    list_filter = (ByOrganisation, "status")
    search_fields = ("=id", "=gap_id")


@admin.register(Nickname, site=site)
class NicknameAdmin(RowAdmin):
    list_display = ("said", "means", link("organisation"), "created_at")
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "said", "means")
