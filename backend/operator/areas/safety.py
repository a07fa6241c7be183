"""What was found to be wrong, unsafe or hazardous, and who knows."""

from __future__ import annotations

from django.contrib import admin

from backend.domain.corrections.models import Correction, Recall, RecallNotice
from backend.domain.flags.models import Flag
from backend.domain.hazards.models import Caution, CautionSignature, HazardRule
from backend.operator.filters import ByOrganisation
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site


@admin.register(Correction, site=site)
class CorrectionAdmin(RowAdmin):
    list_display = ("corrected_at", "severity", "status", link("suggestion"), link("howto"), link("author"), "what")
    list_filter = (ByOrganisation, "severity", "status", "corrected_at")
    search_fields = ("=id", "author__email", "what")


@admin.register(Recall, site=site)
class RecallAdmin(RowAdmin):
    list_display = ("begun_at", "status", link("suggestion"), link("howto"), "reason", link("closed_by"), "closed_at")
    list_filter = (ByOrganisation, "status", "begun_at")
    search_fields = ("=id", "reason")
    page_of = "/desk/recalls/{pk}"


@admin.register(RecallNotice, site=site)
class RecallNoticeAdmin(RowAdmin):
    list_display = ("told_at", link("recall"), link("person"), "reach", "reminders_count", "acknowledged_at")
    list_filter = (ByOrganisation, "reach", ("acknowledged_at", admin.EmptyFieldListFilter))
    search_fields = ("=id", "=recall__id", "person__email")


@admin.register(Flag, site=site)
class FlagAdmin(RowAdmin):
    list_display = (
        "flagged_at",
        "kind",
        "status",
        "flagged_kind",
        link("flagger"),
        link("due_owner"),
        "due_at",
        "text",
    )
    list_filter = (ByOrganisation, "kind", "status", "flagged_at")
    search_fields = ("=id", "=flagged_id", "flagger__email")
    page_of = "/desk/flags/{pk}"


@admin.register(Caution, site=site)
class CautionAdmin(RowAdmin):
    list_display = ("title", "status", link("author"), "covered_at", "ended_at")
    list_filter = (ByOrganisation, "status", "covered_at")
    search_fields = ("=id", "=thread_id", "title")


@admin.register(CautionSignature, site=site)
class CautionSignatureAdmin(RowAdmin):
    list_display = ("signed_at", link("caution"), "kind", "certification", link("person"))
    list_filter = (ByOrganisation, "kind")
    search_fields = ("=id", "=caution__id", "person__email")


@admin.register(HazardRule, site=site)
class HazardRuleAdmin(RowAdmin):
    list_display = ("kind", "certification", link("organisation"), link("changed_by"), "changed_at")
    list_filter = (ByOrganisation, "kind")
    search_fields = ("=id",)
