"""
The web process: uploads, live threads, local objects and static files as plain ASGI apps, everything else Django.

    uvicorn backend.asgi:application --http backend.uploads.reading:BodiesAsRead
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import cast

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings.embedded")
django_application = get_asgi_application()

# Models load after the settings.
from starlette.routing import Router  # noqa: E402
from starlette.types import ASGIApp, Receive, Scope, Send  # noqa: E402

from backend.garbage import settle_loaded  # noqa: E402
from backend.integrations.local_objects import PREFIX as OBJECTS_PREFIX  # noqa: E402
from backend.integrations.local_objects import LocalObjectsApp  # noqa: E402
from backend.integrations.local_store import LocalStore  # noqa: E402
from backend.integrations.object_store import object_store  # noqa: E402
from backend.live.app import ADDRESS as LIVE_ADDRESS  # noqa: E402
from backend.live.app import LiveApp  # noqa: E402
from backend.uploads.app import UploadsApp  # noqa: E402
from backend.uploads.protocol import PREFIX as UPLOADS_PREFIX  # noqa: E402
from backend.web.static_files.app import PREFIX as STATIC_PREFIX  # noqa: E402
from backend.web.static_files.app import StaticFilesApp  # noqa: E402

# Django types its ASGI more narrowly than Starlette does; on the wire they are the same.
_DJANGO = cast("ASGIApp", django_application)
_UPLOADS = UploadsApp()
_LIVE = LiveApp()
_STATIC = StaticFilesApp()


def _objects_app() -> ASGIApp | None:
    store = object_store()
    return LocalObjectsApp(store) if isinstance(store, LocalStore) else None


_OBJECTS = _objects_app()


def _app_for(path: str) -> ASGIApp:
    if path == UPLOADS_PREFIX or path.startswith(f"{UPLOADS_PREFIX}/"):
        return _UPLOADS
    if LIVE_ADDRESS.fullmatch(path):
        return _LIVE
    if path.startswith(STATIC_PREFIX):
        return _STATIC
    if _OBJECTS and path.startswith(OBJECTS_PREFIX):
        return _OBJECTS
    return _DJANGO


async def _dispatch(scope: Scope, receive: Receive, send: Send) -> None:
    await _app_for(scope["path"])(scope, receive, send)


application = Router(default=_dispatch, redirect_slashes=False)  # the router answers the server's lifespan events

import_module(settings.ROOT_URLCONF)
settle_loaded()
