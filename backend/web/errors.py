"""What Django refuses by itself: a problem document for programs, a page for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from backend.api import errors as for_programs
from backend.web.languages import language_for
from backend.web.refusals import error_page
from backend.web.signed_in import session_of

_OF_PROGRAMS = ("/api/", "/_allauth/", "/media/", "/healthz")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what Django refuses before any view (`handler400`)."""
    if request.path_info.startswith(_OF_PROGRAMS):
        return for_programs.bad_request(request, exception)
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer who may not (`handler403`)."""
    if request.path_info.startswith(_OF_PROGRAMS):
        return for_programs.forbidden(request, exception)
    return error_page(request, 403)


def cross_site(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from one of a session that is over."""
    if request.path_info.startswith(_OF_PROGRAMS):
        return for_programs.forbidden(request, Exception(reason))
    return error_page(request, 403, detail="csrf")


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that no route knows (`handler404`)."""
    if request.path_info.startswith(_OF_PROGRAMS):
        return for_programs.nothing_here(request, exception)
    session = session_of(request, now=timezone.now())
    person = session.person if session else None
    with translation.override(language_for(request, person)):
        return error_page(request, 404, person=person)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for what broke (`handler500`). Nothing is looked up: it may be the database that broke."""
    if request.path_info.startswith(_OF_PROGRAMS):
        return for_programs.broken(request)
    return error_page(request, 500)
