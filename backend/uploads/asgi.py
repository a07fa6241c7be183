"""The uploads alone, for installations that scale them apart; served as `backend.asgi` is, under this name."""

from __future__ import annotations

import django
from starlette.routing import Router

django.setup()

from backend.uploads.app import UploadsApp  # noqa: E402 - models load after the settings

application = Router(default=UploadsApp(), redirect_slashes=False)  # the router answers the server's lifespan events
