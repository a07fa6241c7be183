"""What makes the pages an app that can be installed, and that opens without a connection."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from backend.web.page import OpenPage

_ICONS = (
    ("cuppa-192.png", "192x192", "any"),
    ("cuppa-512.png", "512x512", "any"),
    ("mask-512.png", "512x512", "maskable"),
)


@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """Answer with the web app manifest. Source: W3C, Web Application Manifest."""
    icons = [
        {"src": static(f"web/icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in _ICONS
    ]
    document = {
        "id": "/",
        "name": "Cuppa",
        "short_name": "Cuppa",
        "description": "Film the fault, have an answer before your cuppa is finished.",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f4f0",
        "theme_color": "#f6f4f0",
        "icons": icons,
        "shortcuts": [{"name": "Film a fault", "url": "/ask", "icons": icons[:1]}],
    }
    return JsonResponse(document, content_type="application/manifest+json")


@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Answer with the service worker, from the root: it may look after what lies below its own address only."""
    path = finders.find("web/service-worker.js")
    assert isinstance(path, str)
    worker = HttpResponse(Path(path).read_bytes(), content_type="text/javascript")
    worker["Cache-Control"] = "no-cache"
    return worker


class OfflinePage(OpenPage):
    """Shown by the service worker in the place of a page that cannot be reached. It names nobody: it is kept."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        self.session = None
        return self.show("web/shell/offline.html")
