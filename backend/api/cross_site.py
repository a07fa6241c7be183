"""
Whether a write that a cookie signs comes from a page of ours: browsers send cookies along with whatever another site
lets them send.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

if TYPE_CHECKING:
    from starlette.types import Scope


class _Check(CsrfViewMiddleware):
    """Django's own check, which returns the reason in place of a page."""

    def _reject(self, _request: HttpRequest, reason: str) -> str:
        return reason


def reason_against(request: HttpRequest) -> str | None:
    """
    Return why this request is not taken for one of our own pages'; None: it is, or it only reads.

    Our pages send the token that they carry as `X-CSRFToken`; its secret is in a cookie that no script reads.
    """
    check = _Check(lambda _request: HttpResponse())
    check.process_request(request)
    reason: str | None = check.process_view(request, None, (), {})  # type: ignore[arg-type, assignment]
    return reason


def reason_against_scope(scope: Scope) -> str | None:
    """Return the same for a request to an ASGI app beside Django. Its body is not touched: it may be a film."""
    return reason_against(ASGIRequest(dict(scope), BytesIO()))
