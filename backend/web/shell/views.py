"""The pages that hold the others together: home and the menu."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from backend.web.page import Page


class HomePage(Page):
    section = "home"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.show("web/shell/home.html")


class MenuPage(Page):
    """All the places, for phones: their lower edge has room for five."""

    section = "menu"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.show("web/shell/menu.html")
