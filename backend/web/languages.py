"""Which language a page speaks: the person's, if Cuppa speaks it, else the browser's, else English."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from backend.domain.accounts.languages import spoken_for
from backend.domain.accounts.models import Person

# Programs are spoken to in English: what they show, they say themselves. So is whoever runs the installation.
_IN_ENGLISH = ("/api/", "/_allauth/", "/media/", "/static/", "/healthz", "/operator/")


def language_for(request: HttpRequest, person: Person | None) -> str:
    """Return one of the languages that Cuppa speaks."""
    own = spoken_for(person.language) if person else None
    return own or translation.get_language_from_request(request)


class BrowserLanguageMiddleware(MiddlewareMixin):
    """Whatever answers, a page or a refusal before any page, speaks the browser's language at least."""

    def process_request(self, request: HttpRequest) -> None:
        is_page = not request.path_info.startswith(_IN_ENGLISH)
        translation.activate(language_for(request, None) if is_page else settings.LANGUAGE_CODE)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not request.path_info.startswith(_IN_ENGLISH):
            patch_vary_headers(response, ("Accept-Language",))
        return response
