"""
The ASGI app of `/static/`: compressed, and for addresses of a release kept by browsers for a year.

Plain ASGI beside Django: WhiteNoise speaks WSGI only. See ADR 0039.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from backend.web.static_files.addresses import what_is_asked
from backend.web.static_files.compressed import body_of, find_file

PREFIX: Final = settings.STATIC_URL
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class StaticFilesApp:
    """Answers GET and HEAD, whole files only. Nothing here is anybody's: no cookie is read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await run_in_threadpool(_answer, Request(scope, receive))  # the first time, it compresses
        await response(scope, receive, send)


def _answer(request: Request) -> Response:
    if request.method not in {"GET", "HEAD"}:
        return PlainTextResponse("Files are only read: GET.\n", status_code=405, headers={"Allow": "GET, HEAD"})
    asked = what_is_asked(request.scope["path"].removeprefix(PREFIX))
    path = find_file(asked.name)
    if path is None:
        return PlainTextResponse("There is no such file.\n", status_code=404, headers={"Cache-Control": "no-store"})
    body = body_of(path, accepted=_accepted(request.headers))
    headers = {
        "Cache-Control": _FOR_EVER if asked.is_lasting else _ASK_AGAIN,
        "ETag": body.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if _has_it(request.headers, body.etag):
        return Response(status_code=304, headers=headers)
    if body.coding:
        headers["Content-Encoding"] = body.coding
    headers["Content-Length"] = str(len(body.content))
    sent = b"" if request.method == "HEAD" else body.content
    return Response(sent, media_type=body.media_type, headers=headers)


def _accepted(headers: Headers) -> frozenset[str]:
    """Return the content codings that are welcome. Source: RFC 9110, section 12.5.3."""
    offers = (one.partition(";") for one in headers.get("accept-encoding", "").lower().split(","))
    return frozenset(coding.strip() for coding, _, weight in offers if not _is_refused(weight))


def _is_refused(weight: str) -> bool:
    return weight.replace(" ", "").rstrip("0") in {"q=", "q=0."}


def _has_it(headers: Headers, etag: str) -> bool:
    known = headers.get("if-none-match", "")
    return etag in {one.strip().removeprefix("W/") for one in known.split(",")}
