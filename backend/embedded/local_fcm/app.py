"""The local FCM as an ASGI application: the two endpoints of Google's that a sender uses, and more if given."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from backend.embedded.local_fcm import scripted
from backend.embedded.local_fcm.service import LocalFcm
from backend.embedded.local_fcm.wire import spoken

# A page of somebody else's that makes its own name lead here is not answered.
_HOSTS = ["127.0.0.1", "localhost"]


def create_app(fcm: LocalFcm, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the application that speaks for `fcm`, with `routes` beside its endpoints."""

    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        return await spoken(request, fcm.exchange(form), latency_s=fcm.latency_s)

    async def send(request: Request) -> Response:
        body = await request.body()
        if request.path_params["project"] != fcm.account.project:
            answer = scripted.not_found(request.url.path)
        else:
            answer = fcm.send(authorization=request.headers.get("Authorization", ""), body=body)
        return await spoken(request, answer, latency_s=fcm.latency_s)

    return Starlette(
        routes=[
            Route("/token", token, methods=["POST"]),
            Route("/v1/projects/{project}/messages:send", send, methods=["POST"]),
            *routes,
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],
    )
