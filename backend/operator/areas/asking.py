"""Who is asked, when, and by which rules."""

from __future__ import annotations

from django.contrib import admin

from backend.domain.asking.models import (
    Ask,
    AskRound,
    Availability,
    DutyTurn,
    Holiday,
    LadderRule,
    VerifiedFix,
    Wave,
)
from backend.operator.filters import ByOrganisation
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site


@admin.register(AskRound, site=site)
class AskRoundAdmin(RowAdmin):
    list_display = ("headline", "status", "urgency", link("asker"), "opened_at", "closed_at", link("organisation"))
    list_filter = (ByOrganisation, "status", "urgency", "opened_at")
    search_fields = ("=id", "=thread_id", "asker__email", "headline")


@admin.register(Wave, site=site)
class WaveAdmin(RowAdmin):
    list_display = ("due_at", link("round"), "number", "audience", "size", "status", "fired_at", link("names"))
    list_filter = (ByOrganisation, "status", "audience", "due_at")
    search_fields = ("=id", "=round__id", "=round__thread_id")


@admin.register(Ask, site=site)
class AskAdmin(RowAdmin):
    list_display = ("asked_at", link("person"), link("round"), "status", "reason", "score", "rank", "responded_at")
    list_filter = (ByOrganisation, "status", "is_silent", "is_safety", "is_exploration", "asked_at")
    search_fields = ("=id", "=round__thread_id", "person__email")


@admin.register(VerifiedFix, site=site)
class VerifiedFixAdmin(RowAdmin):
    list_display = ("fixed_at", link("person"), "kind", link("asset"), "fault_code", link("organisation"))
    list_filter = (ByOrganisation, "kind", "fixed_at")
    search_fields = ("=id", "=thread_id", "person__email", "fault_code")


@admin.register(Availability, site=site)
class AvailabilityAdmin(RowAdmin):
    list_display = ("id", link("person"), "cycle_days", "quiet_starts", "quiet_ends", "busy_until")
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "person__email")


@admin.register(Holiday, site=site)
class HolidayAdmin(RowAdmin):
    list_display = ("first_date", "last_date", link("person"), link("site"), "name")
    list_filter = (ByOrganisation, "first_date")
    search_fields = ("=id", "person__email", "name")


@admin.register(DutyTurn, site=site)
class DutyTurnAdmin(RowAdmin):
    list_display = ("starts_at", "ends_at", link("person"), link("community"))
    list_filter = (ByOrganisation, "starts_at")
    search_fields = ("=id", "person__email")


@admin.register(LadderRule, site=site)
class LadderRuleAdmin(RowAdmin):
    list_display = ("urgency", link("organisation"), link("changed_by"), "changed_at")
    list_filter = (ByOrganisation, "urgency")
    search_fields = ("=id",)
