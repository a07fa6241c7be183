"""Every refusal leaves as problem+json with a code of `api_schema.error_codes`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from api_schema.error_codes import ERROR_CODES
from backend.api.problems import MEDIA_TYPE, problem
from backend.api.request_id import current_request_id
from backend.domain.errors import DomainError

log = logging.getLogger(__name__)

_NOTHING_HERE = "There is nothing at this address."
_OUR_FAULT = "Something broke on our side. It has been logged under this request_id."

# The code of each exception of the framework; the first that fits.
_FRAMEWORK_CODES: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ParseError, "malformed_request"),
    (exceptions.NotAuthenticated, "not_signed_in"),
    (exceptions.AuthenticationFailed, "session_expired"),
    (exceptions.PermissionDenied, "not_allowed"),
    (exceptions.NotFound, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "too_many_requests"),
)


def problem_response(error: Exception, _context: Mapping[str, Any]) -> Response:
    """Return the problem document for any exception that a view lets out (DRF's EXCEPTION_HANDLER)."""
    if isinstance(error, DomainError):
        return _answer(error.code, error.detail, **error.facts)
    if isinstance(error, exceptions.ValidationError):
        fields = _fields_of(error.detail)
        return _answer("invalid_input", f"Not valid: {', '.join(fields)}.", fields=fields)
    if isinstance(error, exceptions.APIException):
        return _from_framework(error)
    if isinstance(error, Http404):
        return _answer("not_found", _NOTHING_HERE)
    if isinstance(error, SuspiciousOperation):  # Django's word for a body, header or name that no client of ours sends
        return _answer("malformed_request", "The request cannot be read.")
    if isinstance(error, PermissionDenied):
        return _answer("not_allowed", str(error) or ERROR_CODES["not_allowed"].title)
    return _from_unexpected(error)


def _answer(code: str, detail: str, **facts: Any) -> Response:
    document = problem(code, detail, current_request_id(), **facts)
    return Response(document, status=document["status"], content_type=MEDIA_TYPE)


def _from_framework(error: exceptions.APIException) -> Response:
    own_code = error.get_codes()  # a permission class may name a code of ours
    named = own_code if isinstance(own_code, str) and own_code in ERROR_CODES else None
    code = named or next((code for kind, code in _FRAMEWORK_CODES if isinstance(error, kind)), "malformed_request")
    response = _answer(code, str(error.detail))
    wait_s, scheme = getattr(error, "wait", None), getattr(error, "auth_header", None)  # set by DRF where they apply
    if wait_s is not None:
        response["Retry-After"] = str(wait_s)
    if scheme is not None:
        response["WWW-Authenticate"] = scheme
    return response


def _from_unexpected(error: Exception) -> Response:
    log.error("request %s failed", current_request_id(), exc_info=error)
    if isinstance(error, OperationalError | InterfaceError):
        return _answer("unavailable", "The database is not reachable right now. Nothing was lost; try again.")
    return _answer("internal_error", _OUR_FAULT)


def _fields_of(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Return what is wrong by field; nested fields by their path, `steps.1.text`, the body as a whole as `body`."""
    if isinstance(detail, str):
        return {path or "body": [str(detail)]}
    if isinstance(detail, list) and all(isinstance(one, str) for one in detail):
        return {path or "body": [str(one) for one in detail]}
    inner = detail.items() if isinstance(detail, dict) else enumerate(detail)
    fields: dict[str, list[str]] = {}
    for name, errors in inner:
        below = path if name == api_settings.NON_FIELD_ERRORS_KEY else f"{path}.{name}".removeprefix(".")
        fields.update(_fields_of(errors, below))
    return fields


def _plain(code: str, detail: str) -> JsonResponse:
    document = problem(code, detail, current_request_id())
    return JsonResponse(document, status=document["status"], content_type=MEDIA_TYPE)


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> JsonResponse:  # noqa: ARG001
    """Answer what Django refuses before any view (`handler400`)."""
    return _plain("malformed_request", "The request cannot be read.")


def forbidden(_request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer who may not (`handler403`)."""
    return _plain("not_allowed", str(exception or "") or ERROR_CODES["not_allowed"].title)


def nothing_here(_request: HttpRequest, exception: Exception | None = None) -> JsonResponse:  # noqa: ARG001
    """Answer an address that no route knows (`handler404`)."""
    return _plain("not_found", _NOTHING_HERE)


def broken(_request: HttpRequest) -> JsonResponse:
    """Answer for what broke outside of a view of ours (`handler500`); Django has logged it."""
    return _plain("internal_error", _OUR_FAULT)
