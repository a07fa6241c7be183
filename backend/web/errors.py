"""What Django refuses by itself: a problem document for programs, a page for people."""

from __future__ import annotations

import sys

from django.db import close_old_connections, connection
from django.db.utils import OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from backend.api import errors as for_programs
from backend.domain.accounts.models import Person
from backend.web.kept_form import is_from_our_page, keep_form
from backend.web.languages import language_for
from backend.web.refusals import error_page
from backend.web.signed_in import session_of

_NOT_THERE_YET = {"42P01", "42703"}  # PostgreSQL: undefined_table, undefined_column
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
    kept = keep_form(request) if is_from_our_page(request) else None
    if kept is None or not _has_session(request):
        return error_page(request, 403, detail="csrf")
    # One of our pages, from before somebody signed in anew: nothing is done unless they say so now.
    return render(request, "web/signing_in/send_now.html", {"kept": kept}, status=403)


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that no route knows (`handler404`)."""
    if request.path_info.startswith(_OF_PROGRAMS):
        return for_programs.nothing_here(request, exception)
    person = _whose(request)
    with translation.override(language_for(request, person)):
        return error_page(request, 404, person=person)


def _whose(request: HttpRequest) -> Person | None:
    """Return who is signed in, and give the database connection back, unless it is inside a transaction."""
    try:
        session = session_of(request, now=timezone.now())
    finally:
        # Under ASGI, Django answers what no route knows in a thread in which no request ends.
        if not connection.in_atomic_block:
            close_old_connections()
    return session.person if session else None


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for what broke (`handler500`). Nothing is looked up: it may be the database that broke."""
    if request.path_info.startswith(_OF_PROGRAMS):
        return for_programs.broken(request)
    if _is_being_worked_on(sys.exception()):
        answer = error_page(request, 503)
        answer["Retry-After"] = "60"
        return answer
    return error_page(request, 500)


def _is_being_worked_on(error: BaseException | None) -> bool:
    """Return whether the database is away, or is being migrated and does not know a table or column yet."""
    if isinstance(error, ProgrammingError):
        return getattr(error.__cause__, "sqlstate", "") in _NOT_THERE_YET
    return isinstance(error, OperationalError)


def _has_session(request: HttpRequest) -> bool:
    return session_of(request, now=timezone.now()) is not None
