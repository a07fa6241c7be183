"""The pages that say why something was not done, and what to do now."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from api_schema.error_codes import ERROR_CODES
from backend.api.request_id import current_request_id
from backend.domain.accounts.models import Person
from backend.domain.errors import DomainError
from backend.domain.saying import in_words
from backend.web.navigation import navigation_for

_TEMPLATES = {400: "400", 403: "403", 404: "404", 405: "405", 409: "409", 410: "410", 429: "429", 503: "503"}


def refusal_page(request: HttpRequest, error: DomainError, *, person: Person | None = None) -> HttpResponse:
    """Return the designed page of a refusal; for htmx, a sentence that takes the place of what was asked for."""
    status = ERROR_CODES[error.code].status
    detail = _reasons(error)
    if request.headers.get("HX-Request") == "true":
        return render(request, "web/errors/_refusal.html", {"detail": detail}, status=status)
    return error_page(request, status, detail=detail, person=person)


def _reasons(error: DomainError) -> str:
    """Return why; of a refusal that is about fields, what is said of each."""
    fields: dict[str, list[str]] = error.facts.get("fields", {})
    said = [reason for reasons in fields.values() for reason in reasons]
    return " ".join(in_words(reason) for reason in said or [error.detail])


def error_page(
    request: HttpRequest, status: int, *, detail: str = "", person: Person | None = None, page_above: str = ""
) -> HttpResponse:
    """Return the designed page of this HTTP status; `page_above`: an address to go back to, where there is one."""
    context = {
        "detail": detail,
        "page_above": page_above,
        "request_id": current_request_id(),
        "me": person,
        "navigation": navigation_for(person.actor) if person else None,
    }
    return render(request, f"web/errors/{_TEMPLATES.get(status, '500')}.html", context, status=status)


def readable_above(path: str) -> str:
    """Return the nearest address above `path` that answers GET with a page; empty: there is none but home."""
    while path := path.rpartition("/")[0]:
        with suppress(Resolver404):
            view: Any = getattr(resolve(path).func, "view_class", None)
            if hasattr(view, "get") and "get" in view.http_method_names:
                return path
    return ""
