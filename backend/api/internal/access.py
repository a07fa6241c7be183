"""How a media worker proves itself: one key to claim with, then each attempt's own token."""

from __future__ import annotations

import hmac
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from api_schema.wire import WireError, from_wire
from backend.api.endpoint import Endpoint
from backend.domain.clips.report_checks import ResultRefused
from backend.domain.errors import DomainError

MAX_BODY_BYTES = 8 * 1024**2  # a transcript of the longest clip with every word's time is about 1 MB

Message = TypeVar("Message")


class WorkerUnknown(DomainError):
    """The worker key is missing or wrong."""

    code = "not_signed_in"


@extend_schema(exclude=True)
class WorkerEndpoint(Endpoint):
    """An address for media workers only: no person, no session, not in the public document."""

    authentication_classes = ()
    permission_classes = ()


def bearer_token(request: Request) -> str:
    """
    Return the token of the `Authorization` header.

    :raises WorkerUnknown: there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise WorkerUnknown("Send the header Authorization: Bearer.")
    return token


def require_worker_key(request: Request) -> None:
    """Raise `WorkerUnknown` unless the request bears the worker key, compared in constant time."""
    if not hmac.compare_digest(bearer_token(request).encode(), settings.WORKER_KEY.encode()):
        raise WorkerUnknown("This is not the worker key.")


def read_message(cls: type[Message], request: Request) -> Message:
    """
    Return the message in the request's body.

    :raises ResultRefused: it does not have the promised shape, or is larger than any honest one.
    """
    try:
        return from_wire(cls, read_body(request))
    except WireError as error:
        raise ResultRefused(str(error)) from None


def read_body(request: Request) -> Any:
    """
    Return the parsed body.

    :raises ParseError: it is not JSON, or its length was not declared.
    :raises ResultRefused: it is larger than any honest one.
    """
    # The server holds a body to its Content-Length; a chunked one has none.
    declared = request.headers.get("Content-Length", "")
    if not declared.isdecimal():
        raise ParseError("Send a Content-Length.")
    if int(declared) > MAX_BODY_BYTES:
        raise ResultRefused(f"A report has at most {MAX_BODY_BYTES} bytes.")
    return request.data
