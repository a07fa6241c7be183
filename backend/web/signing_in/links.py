"""Links that sign in: opening one, and making one for another device of one's own."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.domain.accounts.operations import revoke_session
from backend.domain.accounts.queries import list_sessions
from backend.domain.accounts.sign_in_links import OfferedLink, SignInLinkOver, look_at_link, offer_own_device, use_link
from backend.domain.saying import in_words
from backend.web.page import OpenPage, Page
from backend.web.qr import qr_picture
from backend.web.signing_in.beginning import begin_invited
from notifications import service as notifications


def shown_link(offered: OfferedLink) -> dict[str, object]:
    """Return what a page shows of a link that was just made; it cannot be shown again."""
    address = settings.PUBLIC_URL + reverse("web:sign-in-link", args=[offered.token])
    return {"address": address, "code": qr_picture(address), "expires_at": offered.expires_at, "person": offered.person}


class SignInLinkPage(OpenPage):
    """What a link leads to. Opening it changes nothing: mail scanners do that, too; the button signs in."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        try:
            link = look_at_link(token=token, now=self.now)
        except SignInLinkOver as why:
            return self._over(why)
        return self.show("web/signing_in/link.html", {"link": link, "token": token})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            with transaction.atomic():  # a session that cannot begin leaves the link unused
                link = use_link(token=token, language=get_language() or "", now=self.now)
                begin_invited(request, link, now=self.now)
        except SignInLinkOver as why:
            return self._over(why)
        return self.go_to("/")

    def _over(self, why: SignInLinkOver) -> HttpResponse:
        return self.show("web/signing_in/link_over.html", {"detail": in_words(why.detail)}, status=410)


class DevicesPage(Page):
    """Where the person is signed in; another device, and signing one out."""

    section = "devices"
    needs_ground_rules = False  # signing out is always allowed

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self._devices()

    def post(self, request: HttpRequest) -> HttpResponse:
        if "sign_out" in request.POST:
            return self._sign_out(request, request.POST["sign_out"])
        answer = self._devices(link=shown_link(offer_own_device(actor=self.actor, now=self.now)))
        answer["Cache-Control"] = "no-store"
        return answer

    def _sign_out(self, request: HttpRequest, session_id: str) -> HttpResponse:
        with transaction.atomic():
            revoke_session(actor=self.actor, session_id=session_id)
            notifications.forget_session(session_id=session_id, now=self.now)
        messages.success(request, _("The device is signed out."))
        return self.go_to(reverse("web:devices"))

    def _devices(self, *, link: dict[str, object] | None = None) -> HttpResponse:
        sessions = list_sessions(actor=self.actor, now=self.now)
        context = {"sessions": sessions, "current": self.session.session_key, "link": link}
        return self.show("web/signing_in/devices.html", context)
