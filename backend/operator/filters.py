"""What lists can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation


class ByOrganisation(admin.SimpleListFilter):
    title = "organisation"
    parameter_name = "of"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        organisations = tenancy.across_organisations(Organisation, why="an operator chooses among all of them")
        return [(str(pk), name) for pk, name in organisations.order_by("name").values_list("pk", "name")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(organisation_id=self.value()) if self.value() else queryset
