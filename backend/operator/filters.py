"""What lists can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation
from backend.operator.paging import MOST_ROWS


class ByOrganisation(admin.SimpleListFilter):
    title = "organisation"
    parameter_name = "of"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        organisations = tenancy.across_organisations(Organisation, why="an operator chooses among all of them")
        return [(str(pk), name) for pk, name in organisations.order_by("name").values_list("pk", "name")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(organisation_id=self.value()) if self.value() else queryset


def by(field: str) -> type[admin.SimpleListFilter]:
    """Return a filter by the values that `field` has in the newest rows: its cost does not grow with the table."""
    words = field.replace("_", " ")

    class ByValue(admin.SimpleListFilter):
        title = words
        parameter_name = field

        def lookups(self, _request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            rows = tenancy.across_organisations(model_admin.model, why="an operator chooses among what occurs")
            values = set(rows.order_by("-pk").values_list(field, flat=True)[:MOST_ROWS])
            return sorted((str(value), str(value)) for value in values if value not in {None, ""})

        def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    return ByValue
