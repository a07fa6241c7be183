"""How any model is shown: a list that tells something, a page with every field and what hangs on it, no form."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import (
    BooleanField,
    DateField,
    Field,
    ForeignKey,
    JSONField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backend.domain import tenancy
from backend.operator.doing import Doing, as_action
from backend.operator.filters import by
from backend.operator.naming import POINTS_AT, PRIVATE, SECRET, name_of, plural_of, pointed_at, short_id
from backend.operator.paging import MOST_ROWS, CappedPaginator
from backend.operator.site import row_address, site

HIDDEN = "hidden"
_EMPTY = "–"


@dataclass(frozen=True)
class Reference:
    """A field of another model that leads to this row: `address` lists those that do."""

    says: str
    address: str


def link(field: str) -> Callable[[Any], str]:
    """Return a column that leads to the row which the foreign key `field` names."""

    def column(row: Any) -> str:
        return linked(getattr(row, field))

    column.short_description = field.replace("_", " ")  # type: ignore[attr-defined]
    column.admin_order_field = field  # type: ignore[attr-defined]
    column.follows = field  # type: ignore[attr-defined]
    return column


def named(field: str) -> Callable[[Any], str]:
    """Return a column that leads to the person whose plain id is in `field`; their name comes with the list's query."""

    def column(row: Any) -> str:
        person = pointed_at(field)
        assert person is not None
        text = getattr(row, f"name_of_{field}", None) or short_id(getattr(row, field))
        return format_html('<a href="{}">{}</a>', row_address(person, getattr(row, field)), text)

    column.short_description = field.removesuffix("_id").replace("_", " ")  # type: ignore[attr-defined]
    column.names = field  # type: ignore[attr-defined]
    return column


def linked(row: Model | None) -> str:
    """Return the row's name, leading to it where it is shown."""
    if row is None:
        return _EMPTY
    address = row_address(row)
    return format_html('<a href="{}">{}</a>', address, name_of(row)) if address else name_of(row)


class RowAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in its stubs only
    """
    Read only, whoever asks: nobody adds, changes or deletes a row. `doings` are the exceptions, each of the domain.

    The number of queries does not depend on the number of rows.
    """

    doings: ClassVar[tuple[Doing, ...]] = ()
    page_of: ClassVar[str] = ""  # the address of the row's page, with {pk}, for operators of its organisation
    has_page_here: ClassVar[bool] = True

    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    change_list_template = "operator/rows.html"
    show_facets = admin.ShowFacets.NEVER  # they count each value in the whole table
    ordering = ("-pk",)

    def has_view_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return True  # who is no operator does not get this far

    def has_module_permission(self, _request: HttpRequest) -> bool:
        return True

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    @property
    def media(self) -> Media:
        return Media()  # no script: lists and pages need none

    def get_actions(self, _request: HttpRequest) -> dict[str, Any]:
        return {doing.name: (as_action(doing), doing.name, doing.label) for doing in self.doings}

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._cheap(one) for one in super().get_list_filter(request)]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changes: Any = super().get_changelist_instance(request)
        changes.plural = plural_of(self.model)
        changes.is_capped = changes.result_count == MOST_ROWS
        return changes

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return super().get_list_display_links(request, list_display) if self.has_page_here else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        follows = [column.follows for column in self.list_display if hasattr(column, "follows")]
        names = {
            f"name_of_{column.names}": _name_in(column.names)
            for column in self.list_display
            if hasattr(column, "names")
        }
        if follows:
            rows = rows.select_related(*follows)
        if names:
            rows = rows.annotate(**names)
        return rows

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, _form_url: str = "", _extra_context: Any = None
    ) -> HttpResponse:
        """Show every field of one row, what it leads to and what leads to it. There is nothing to send."""
        if request.method != "GET":
            raise PermissionDenied
        row = self._row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": name_of(row),
            "opts": self.opts,
            "plural": plural_of(self.model),
            "row": row,
            "fields": [(field.verbose_name, _shown(field, row)) for field in self.opts.concrete_fields],
            "references": references_to(row),
            "page": self._page_for(request, row),
            "doings": self.doings,
        }
        return TemplateResponse(request, "operator/row.html", context)

    def history_view(self, _request: HttpRequest, _object_id: str, _extra_context: Any = None) -> HttpResponse:
        raise Http404  # what operators did is a list of its own

    def _cheap(self, one: Any) -> Any:
        """Return a filter that asks the database for no more than the newest rows."""
        field = self.opts.get_field(one) if isinstance(one, str) else None
        asks = isinstance(field, Field) and not field.choices and not isinstance(field, BooleanField | DateField)
        return by(one) if asks else one

    def _row(self, request: HttpRequest, object_id: str | None) -> Model:
        if object_id is None or not self.has_page_here:
            raise Http404
        pointing = [field.name for field in self.opts.concrete_fields if isinstance(field, ForeignKey)]
        row = self.get_queryset(request).select_related(*pointing) if pointing else self.get_queryset(request)
        found = row.filter(pk=self._pk(object_id)).first()
        if found is None:
            raise Http404
        return found  # type: ignore[no-any-return]

    def _pk(self, object_id: str) -> Any:
        try:
            return self.opts.pk.to_python(unquote(object_id))
        except ValidationError:
            raise Http404 from None

    def _page_for(self, request: HttpRequest, row: Model) -> str:
        """Return the address of the row's page; none of another organisation: its pages are not the operator's."""
        own = getattr(request.user, "organisation_id", None)
        return self.page_of.format(pk=row.pk) if self.page_of and getattr(row, "organisation_id", None) == own else ""


def references_to(row: Model) -> list[Reference]:
    """Return every way in which rows of other models lead to this one."""
    references = []
    for model in site.list_models():
        for field in model._meta.concrete_fields:
            parameter = _parameter(field, type(row))
            if parameter:
                opts = model._meta
                address = reverse(f"operator:{opts.app_label}_{opts.model_name}_changelist")
                says = f"{plural_of(model)} ({field.verbose_name})"
                references.append(Reference(says, f"{address}?{parameter}={row.pk}"))
    return sorted(references, key=lambda reference: reference.says)


def _parameter(field: Field[Any, Any], model: type[Model]) -> str:
    if isinstance(field, ForeignKey) and field.related_model is model:
        return f"{field.name}__{field.target_field.name}__exact"
    if isinstance(field, UUIDField) and field.name in POINTS_AT and pointed_at(field.name) is model:
        return field.name
    return ""


def _name_in(field: str) -> Subquery:
    person = pointed_at(field)
    assert person is not None
    people = tenancy.across_organisations(person, why="an operator reads names, not ids")
    return Subquery(people.filter(pk=OuterRef(field)).values("name")[:1])


def _shown(field: Field[Any, Any], row: Model) -> str | SafeString:
    """Return what a person reads of one field: a link, words, or that it is hidden."""
    if field.name in SECRET | PRIVATE:
        return HIDDEN
    if isinstance(field, ForeignKey):
        return linked(getattr(row, field.name))
    value = field.value_from_object(row)
    if value in (None, "", [], {}):
        return _EMPTY
    if isinstance(field, UUIDField) and (model := pointed_at(field.name)) and (address := row_address(model, value)):
        return format_html('<a href="{}">{}</a>', address, value)
    if isinstance(field, JSONField):
        return format_html("<pre>{}</pre>", json.dumps(value, indent=1, ensure_ascii=False, default=str))
    return str(display_for_field(value, field, _EMPTY))
