"""The ASGI app: which handler a request is for, and every refusal as problem+json."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from backend.api.problems import MEDIA_TYPE, problem
from backend.api.request_id import HEADER as REQUEST_ID_HEADER
from backend.api.request_id import begin_request, current_request_id
from backend.domain.errors import DomainError, NotFound
from backend.integrations.object_errors import ObjectStoreUnavailable, is_disk_full
from backend.uploads import creating, handlers, protocol
from backend.uploads.refusals import MethodNotAllowed

log = logging.getLogger(__name__)

H = TypeVar("H")
Handler = Callable[[Request], Awaitable[Response]]
UploadHandler = Callable[[Request, UUID], Awaitable[Response]]

_FOR_ALL: dict[str, Handler] = {"OPTIONS": handlers.options, "POST": creating.create}
_FOR_ONE: dict[str, UploadHandler] = {
    "HEAD": handlers.head,
    "PATCH": handlers.patch,
    "DELETE": handlers.delete,
}
_RETRY_AFTER_S = {"upload_locked": "1", "unavailable": "5", "storage_full": "60"}


class UploadsApp:
    """tus 1.0.0 at `/api/v1/uploads`. Stateless: every process of an installation may run one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_id = begin_request(request.headers.get(REQUEST_ID_HEADER))
        try:
            response = await _answer(request)
        except ClientDisconnect:
            return  # what came is kept; nobody is left to tell
        response.headers["Tus-Resumable"] = protocol.VERSION
        response.headers["Cache-Control"] = "no-store"
        response.headers[REQUEST_ID_HEADER] = request_id
        await response(scope, receive, send)


async def _answer(request: Request) -> Response:
    try:
        return await _handle(request)
    except DomainError as refusal:
        return _refuse(refusal.code, refusal.detail, **refusal.facts)
    except ClientDisconnect:
        raise
    except Exception as error:  # the outermost door: the phone gets a problem document, the log the cause
        log.exception("request %s failed", current_request_id())
        return _break(error)


def _break(error: Exception) -> Response:
    if is_disk_full(error):
        return _refuse("storage_full", "The server's disk is full. What has arrived is kept; go on later.")
    if isinstance(error, OperationalError | InterfaceError | ObjectStoreUnavailable):
        return _refuse("unavailable", "A part of Cuppa is not reachable right now. What arrived is kept; try again.")
    return _refuse("internal_error", "Something broke on our side. What arrived is kept; try again.")


async def _handle(request: Request) -> Response:
    # tus: proxies that know no PATCH or DELETE are passed with this header.
    method = request.headers.get("x-http-method-override", request.method).upper()
    name = request.scope["path"].removeprefix(protocol.PREFIX).strip("/")
    if method == "OPTIONS":
        return await handlers.options(request)
    protocol.check_version(request.headers)
    if not name:
        return await _known(_FOR_ALL, method)(request)
    return await _known(_FOR_ONE, method)(request, _upload_id(name))


def _known(table: dict[str, H], method: str) -> H:
    if method not in table:
        raise MethodNotAllowed(f"{method} is not one of {', '.join(table)}.", allowed=list(table))
    return table[method]


def _upload_id(name: str) -> UUID:
    try:
        upload_id = UUID(name)
    except ValueError:
        upload_id = None
    if upload_id is None or str(upload_id) != name.lower():
        raise NotFound("There is no upload with this id.")
    return upload_id


def _refuse(code: str, detail: str, **facts: object) -> Response:
    document = problem(code, detail, current_request_id(), **facts)
    response = JSONResponse(document, status_code=document["status"], media_type=MEDIA_TYPE)
    if code in _RETRY_AFTER_S:
        response.headers["Retry-After"] = _RETRY_AFTER_S[code]
    if code == "tus_version_unsupported":
        response.headers["Tus-Version"] = protocol.VERSION
    if code == "upload_offset_mismatch":
        response.headers["Upload-Offset"] = str(facts["upload_offset"])
    if code == "method_not_allowed":
        response.headers["Allow"] = ", ".join(facts["allowed"])  # type: ignore[arg-type]  # a list, set above
    return response
