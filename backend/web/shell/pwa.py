"""What makes the pages an app that can be installed, and that opens without a connection."""

from __future__ import annotations

import json

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.web.notifications.browsers import let_register, worker_words
from backend.web.page import OpenPage
from backend.web.shell.kept_files import list_kept_addresses, shell_version

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
        "lang": get_language() or "en",
        "name": "Cuppa",
        "short_name": "Cuppa",
        "description": _("Film the fault, have an answer before your cuppa is finished."),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f4f0",
        "theme_color": "#f6f4f0",
        "icons": icons,
        "shortcuts": [{"name": _("Film a fault"), "url": "/ask", "icons": icons[:1]}],
    }
    return JsonResponse(document, content_type="application/manifest+json")


@require_safe
@csp_replace({"script-src": [SELF], "connect-src": [SELF]})  # what it imports carries no nonce
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer with the service worker, from the root: it may look after what lies below its own address only."""
    context = {"shell": json.dumps(_shell()), "words": json.dumps(worker_words())}
    worker = render(request, "web/shell/service-worker.js", context, content_type="text/javascript")
    worker["Cache-Control"] = "no-cache"
    return let_register(worker)


def _shell() -> dict[str, object]:
    """Return what `keepShell` of worker/shell.js takes."""
    return {
        "version": shell_version(),
        "offline": reverse("web:offline"),
        "instead": {
            reverse("web:ask"): reverse("web:kept-ask"),
            reverse("web:kept"): reverse("web:kept-offline"),
        },
        "files": list_kept_addresses(),
    }


class OfflinePage(OpenPage):
    """Shown by the service worker in the place of a page that cannot be reached. It names nobody: it is kept."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        self.session = None
        return self.show("web/shell/offline.html")
