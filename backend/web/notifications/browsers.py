"""What a page must know, and must be let do, so that its browser can be told things."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _

from backend.settings.web_push import WebPush


def config_of(web_push: WebPush) -> str:
    """Return what `push/firebase.js` takes as `config`, as JSON."""
    return json.dumps(asdict(web_push))


def let_register(answer: HttpResponse) -> HttpResponse:
    """Let this page or worker, and no other, speak to Firebase, where browsers are told by it."""
    if settings.WEB_PUSH:
        # As `csp_update` leaves it: the decorator wants its directives before settings are read.
        setattr(answer, "_csp_update", {"connect-src": settings.WEB_PUSH.origins})  # noqa: B010 - as that does it
    return answer


def worker_words() -> dict[str, str]:
    """Return what the worker shows by itself: the words of a push come with it."""
    return {
        "icon": static("web/icons/cuppa-192.png"),
        "something": _("There is something for you in Cuppa."),
        "settled": _("Settled meanwhile: nothing to do for you."),
        "kept": _("Kept on this phone. It goes out when there is a line."),
    }
