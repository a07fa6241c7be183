"""The page that holds the others together: the menu."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from backend.web.page import Page


class MenuPage(Page):
    """All the places, for phones: their lower edge has room for five."""

    section = "menu"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.show("web/shell/menu.html")
