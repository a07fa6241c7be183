"""The operator's site: Django's admin with our own sign-in, without scripts, and without writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone, translation
from django.utils.http import urlencode

from backend.doctor import rows, telling
from backend.doctor.findings import Finding, Level
from backend.domain.accounts.models import Person
from backend.operator.naming import AREAS, plural_of
from backend.operator.standing import is_operator
from backend.web.signed_in import session_of

_OWN = frozenset(
    {"login", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete", "view_on_site"}
)


ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])


class OperatorSite(admin.AdminSite):
    """
    Whoever is not signed in is led to the sign-in of everybody, and back. Who is no operator finds nothing here.

    It speaks English, as the logs and the manual of whoever runs Cuppa do.
    """

    site_title = site_header = "Cuppa, for whoever runs it"
    index_title = "What there is"
    site_url = "/"
    enable_nav_sidebar = False
    index_template = app_index_template = "operator/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        person = _who_asks(request)
        return person is not None and is_operator(person.pk)

    def admin_view(self, view: ViewT, cacheable: bool = False) -> ViewT:
        allowed = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _who_asks(request) is None:
                return HttpResponseRedirect(f"{reverse('web:sign-in')}?{urlencode({'next': request.get_full_path()})}")
            if not self.has_permission(request):
                raise Http404
            with translation.override("en"):
                answer: HttpResponseBase = allowed(request, *args, **kwargs)
                return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer

        return cast(ViewT, inner)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # Signing in, signing out and passwords are the affair of the pages: there is no second way.
        return [one for one in super().get_urls() if getattr(one, "name", None) not in _OWN]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "me": _who_asks(request)}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the models by what they are about, in the order of a fault's way."""
        found = list(self._build_app_dict(request, app_label).values())
        for app in found:
            app["name"] = AREAS.get(app["app_label"], app["name"])
            for shown in app["models"]:
                shown["name"] = plural_of(shown["model"]).capitalize()
            app["models"].sort(key=lambda model: str(model["name"]))
        order = list(AREAS)
        return sorted(found, key=lambda app: order.index(app["app_label"]) if app["app_label"] in AREAS else len(order))

    def list_models(self) -> list[type[Model]]:
        """Return every model that is shown."""
        return list(self._registry)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        wrong = [finding for finding in _findings() if finding.level is Level.WRONG]
        return super().index(request, {**(extra_context or {}), "wrong": wrong})


def _who_asks(request: HttpRequest) -> Person | None:
    """Return who is signed in, looked up once a request, or None."""
    if not hasattr(request, "who_asks"):
        session = session_of(request, now=timezone.now())
        request.who_asks = session.person if session else None  # type: ignore[attr-defined]  # ours, of this request
    person: Person | None = request.who_asks  # type: ignore[attr-defined]
    return person


def _findings() -> Iterator[Finding]:
    """Yield what the doctor reads in the database alone: quick, and a fixed number of queries."""
    now = timezone.now()
    yield from rows.examine_media(now=now)
    yield from rows.examine_outbox(now=now)
    yield from telling.examine_asking(now=now)
    yield from telling.examine_pushes(now=now)


site = OperatorSite(name="operator")


def row_address(row: Model | type[Model], pk: object = None) -> str:
    """Return where a row is shown; "" if its model is not."""
    model = row if isinstance(row, type) else type(row)
    if not site.is_registered(model):
        return ""
    named = f"operator:{model._meta.app_label}_{model._meta.model_name}_change"
    return resolve_url(named, pk if pk is not None else row.pk)
