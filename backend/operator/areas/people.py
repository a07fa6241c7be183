"""Organisations, and who works there."""

from __future__ import annotations

from django.contrib import admin

from backend.domain.accounts.models import Community, DeviceSession, Membership, Organisation, Person, SignInLink, Site
from backend.domain.asking.models import Certification, Skill
from backend.operator.filters import ByOrganisation
from backend.operator.models import Operator
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site


@admin.register(Organisation, site=site)
class OrganisationAdmin(RowAdmin):
    list_display = (
        "name",
        "slug",
        "asks_per_shift",
        "asks_per_week",
        "keeps_locations",
        "pushes_details",
        "created_at",
    )
    search_fields = ("=id", "name", "slug")
    ordering = ("name",)


@admin.register(Site, site=site)
class SiteAdmin(RowAdmin):
    list_display = ("name", link("organisation"), "time_zone")
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "name")
    ordering = ("name",)


@admin.register(Person, site=site)
class PersonAdmin(RowAdmin):
    list_display = ("name", "email", link("organisation"), "role", "job_title", link("site"), "is_active", "last_login")
    list_filter = (ByOrganisation, "role", "is_active")
    search_fields = ("=id", "email", "name")
    ordering = ("name",)
    page_of = "/people/{pk}"


@admin.register(Community, site=site)
class CommunityAdmin(RowAdmin):
    list_display = ("name", link("organisation"), "family", link("site"), link("champion"))
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "name", "family")
    page_of = "/people/communities/{pk}"


@admin.register(Membership, site=site)
class MembershipAdmin(RowAdmin):
    list_display = ("id", link("person"), link("community"), link("organisation"))
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "person__email", "community__name")


@admin.register(SignInLink, site=site)
class SignInLinkAdmin(RowAdmin):
    list_display = ("made_at", link("person"), "purpose", link("made_by"), "expires_at", "used_at", "withdrawn_at")
    list_filter = (ByOrganisation, "purpose", ("used_at", admin.EmptyFieldListFilter))
    search_fields = ("=id", "person__email", "made_by__email")


@admin.register(DeviceSession, site=site)
class DeviceSessionAdmin(RowAdmin):
    """Its id is the hash of what signs in: it has no page of its own."""

    list_display = ("created_at", link("person"), "device_name", "expire_date")
    search_fields = ("person__email", "device_name")
    ordering = ("-created_at",)
    has_page_here = False


@admin.register(Skill, site=site)
class SkillAdmin(RowAdmin):
    list_display = ("family", link("person"), link("organisation"))
    list_filter = (ByOrganisation,)
    search_fields = ("=id", "person__email", "family")


@admin.register(Certification, site=site)
class CertificationAdmin(RowAdmin):
    list_display = ("name", link("person"), link("organisation"), "expires_on")
    list_filter = (ByOrganisation, "expires_on")
    search_fields = ("=id", "person__email", "name")


@admin.register(Operator, site=site)
class OperatorAdmin(RowAdmin):
    list_display = (link("person"), "since_at")
    list_display_links = None
    search_fields = ("person__email",)
