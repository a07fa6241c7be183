"""
Serves the links of the local store at `/objects/{token}`: a plain ASGI app, so that bytes stream both ways.

GET and HEAD with byte ranges; PUT becomes visible whole or not at all.
"""

from __future__ import annotations

from pathlib import Path

from anyio import open_file
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from backend.integrations.local_links import Grant, LinkRefused, verify
from backend.integrations.local_store import LocalStore
from backend.integrations.object_errors import is_disk_full

PREFIX = "/objects/"
MAX_PUT_BYTES = 4 * 1024**3


class LocalObjectsApp:
    """The ASGI app of one `LocalStore`. Whoever has the link may follow it; there is no other sign-in."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return  # nobody is left to answer; what came in part was removed
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            grant = verify(request.scope["path"].removeprefix(PREFIX), method=request.method)
        except LinkRefused as refusal:
            return PlainTextResponse(f"{refusal}\n", status_code=403)
        if grant.method == "PUT":
            return await self._keep(request, grant)
        return await run_in_threadpool(self._show, grant)

    def _show(self, grant: Grant) -> Response:
        path = self._store.path_of(grant.key)
        if not path.is_file():
            return PlainTextResponse("There is no such object.\n", status_code=404)
        return FileResponse(
            path,
            stat_result=path.stat(),
            media_type=grant.content_type or None,
            filename=grant.filename or None,
            headers={"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"},
        )

    async def _keep(self, request: Request, grant: Grant) -> Response:
        declared = request.headers.get("content-length", "")
        if not declared.isdecimal():
            return PlainTextResponse("Send a Content-Length.\n", status_code=411)
        if int(declared) > MAX_PUT_BYTES:
            return PlainTextResponse(f"At most {MAX_PUT_BYTES} bytes.\n", status_code=413)
        partial = await run_in_threadpool(self._store.begin_object, grant.key)
        try:
            await _stream_to(partial, request)
            await run_in_threadpool(self._store.finish_object, partial, grant.key)
        except OSError as error:
            if not is_disk_full(error):
                raise
            return PlainTextResponse("The disk is full.\n", status_code=507)
        finally:
            await run_in_threadpool(partial.unlink, missing_ok=True)
        return Response(status_code=200)


async def _stream_to(path: Path, request: Request) -> None:
    """Write the body as it comes. HTTP itself holds it to its Content-Length; a cut raises ClientDisconnect."""
    async with await open_file(path, "wb") as file:
        async for block in request.stream():
            await file.write(block)
