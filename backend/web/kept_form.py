"""What was typed when the session had ended meanwhile: carried over the sign-in, shown, and sent if they want."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

MOST_BYTES: Final = 200_000  # the longest field takes 10,000 letters
FIELD: Final = "kept"

_NEVER_KEPT: Final = ("csrfmiddlewaretoken", FIELD)


@dataclass(frozen=True)
class KeptForm:
    """A form of one of our pages as it was sent. Files are not in it, nor is anything secret."""

    action: str
    fields: list[tuple[str, str]]
    had_files: bool = False

    def to_text(self) -> str:
        """Return it as one hidden field holds it."""
        return json.dumps([self.action, self.fields, self.had_files])

    @property
    def words(self) -> list[str]:
        """What a person typed of it, to know it again: no ids, and no names of buttons."""
        return [value for _, value in self.fields if " " in value.strip() and not _is_id(value)]


def keep_form(request: HttpRequest) -> KeptForm | None:
    """Return the form that `request` sends; None: there is nothing in it to keep."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _NEVER_KEPT and "password" not in name
    ]
    kept = KeptForm(request.get_full_path(), fields, bool(request.FILES))
    return kept if fields and len(kept.to_text()) <= MOST_BYTES else None


def read_kept(text: str) -> KeptForm | None:
    """Return what `to_text` wrote, after it went through a browser; None: nothing, or nothing that leads to a page."""
    if len(text) > MOST_BYTES:
        return None
    try:
        action, fields, had_files = json.loads(text)
        kept = KeptForm(str(action), [(str(name), str(value)) for name, value in fields], bool(had_files))
    except (TypeError, ValueError):
        return None
    return kept if _leads_to_a_page(kept.action) else None


def is_from_our_page(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of this very origin sent it: old browsers say nothing."""
    own = {f"{request.scheme}://{request.get_host()}", settings.PUBLIC_URL}
    return request.headers.get("Origin") in own or request.headers.get("Sec-Fetch-Site") == "same-origin"


def _leads_to_a_page(action: str) -> bool:
    parts = urlsplit(action)
    if parts.scheme or parts.netloc or not action.startswith("/"):
        return False
    try:
        return resolve(parts.path).app_names == ["web"]
    except Resolver404:
        return False


def _is_id(value: Any) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
