"""The two services of Firebase that a browser registers with, as its SDK 13.2.0 speaks to them, on a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.serving import served

API_KEY = "AIza-web"
_PROJECT = "/v1/projects/cuppa-test"


@dataclass
class FirebaseWeb:
    """`registered`: the web push address of each installation. What does not come as the SDK sends it is refused."""

    url: str = ""
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: bool = False

    async def install(self, request: Request) -> JSONResponse:
        body = await request.json()
        if self.refuses or request.headers.get("x-goog-api-key") != API_KEY:
            return JSONResponse({"error": {"code": 403, "message": "API key not valid."}}, status_code=403)
        assert (body["authVersion"], body["appId"]) == ("FIS_v2", "1:23:web:45")
        assert len(body["fid"]) == 22
        assert body["fid"][0] in "cdef"  # begins with the bits 0111
        answer = {
            "name": f"projects/cuppa-test/installations/{body['fid']}",
            "fid": body["fid"],
            "refreshToken": "refresh",
            "authToken": {"token": f"auth of {body['fid']}", "expiresIn": "604800s"},
        }
        return JSONResponse(answer)

    async def register(self, request: Request) -> JSONResponse:
        installation = request.headers["x-goog-firebase-installations-auth"].removeprefix("FIS auth of ")
        web = (await request.json())["web"]
        assert set(web) == {"origin", "endpoint", "auth", "p256dh", "applicationPubKey"}
        self.registered[installation] = web
        return JSONResponse({"name": f"projects/cuppa-test/registrations/{installation}"})

    async def unregister(self, request: Request) -> JSONResponse:
        self.registered.pop(request.path_params["fid"])
        return JSONResponse({})

    @contextmanager
    def serving(self) -> Iterator[FirebaseWeb]:
        """Take requests of pages of any origin, as Google does."""
        anybody = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        routes = [
            Route(f"{_PROJECT}/installations", self.install, methods=["POST"]),
            Route(f"{_PROJECT}/registrations", self.register, methods=["POST"]),
            Route(f"{_PROJECT}/registrations/{{fid}}", self.unregister, methods=["DELETE"]),
        ]
        with served(Starlette(routes=routes, middleware=[anybody])) as self.url:
            yield self
