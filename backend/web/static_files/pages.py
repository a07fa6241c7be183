"""Pages travel compressed, too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """
    Compresses HTML, and nothing else: the API's answers keep their strong ETags, which writes refer to.

    How long a compressed page is tells whether what somebody sent stands in it a second time (BREACH). Two things stand
    against that: Django masks the CSRF token anew for every answer, and its middleware adds up to 100 random bytes
    (Heal the Breach). The secrets that stand plain in a page, links that sign in, stand there once, in the answer to a
    POST, which another site cannot make without the token.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, compressed if it is a page."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
