"""My notifications: on which devices, of what, and whether a push would arrive right now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.domain.asking.shift_pattern import own_hours
from backend.domain.errors import InvalidInput, NotFound
from backend.web.notifications import words
from backend.web.notifications.browsers import config_of, let_register
from backend.web.notifications.forms import PreferencesForm
from backend.web.page import Page
from notifications import service as notifications
from notifications.service import DeliveryTimeline, DeviceNotFound, TestPush, TooSoon, UnableToSetPreferences

_TEST_IS_WATCHED_FOR = timedelta(minutes=2)


class NotificationsPage(Page):
    section = "notifications"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.shown()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep how the person wants to be told of each kind."""
        form = PreferencesForm(request.POST, explained=self._explained())
        done = self.attempt(form, lambda said: self._choose(form, said))
        if not done:
            return self.shown(form=form, status=400)
        messages.success(request, _("Saved."))
        return self.go_to(reverse("web:notifications"))

    def shown(self, *, form: PreferencesForm | None = None, too_soon: str = "", status: int = 200) -> HttpResponse:
        """Return the page; `form`: that comes back with what is wrong in it."""
        test = notifications.find_test_push(**self.mine, now=self.now)
        context: dict[str, Any] = {
            "form": form or PreferencesForm(explained=self._explained()),
            "devices": [(one, words.PLATFORMS[one.platform]) for one in test.obstacles.devices],
            "quiet": own_hours(actor=self.actor, now=self.now).hours.quiet,
            "firebase": config_of(settings.WEB_PUSH) if settings.WEB_PUSH else "",
            **self._of_the_test(test, too_soon),
        }
        answer = self.show(
            "web/notifications/notifications.html", context, fragment="web/notifications/_test.html", status=status
        )
        return let_register(answer)

    @property
    def mine(self) -> dict[str, UUID]:
        """Whose notifications they are."""
        return {"organisation_id": self.actor.organisation_id, "person_id": self.actor.person_id}

    def _of_the_test(self, test: TestPush, too_soon: str) -> dict[str, Any]:
        return {
            "test": test,
            "too_soon": too_soon,
            "is_watched": test.sent_at is not None and self.now - test.sent_at < _TEST_IS_WATCHED_FOR,
            "deliveries": [_told(delivery) for delivery in test.deliveries],
        }

    def _explained(self) -> notifications.ExplainedChoices:
        return notifications.explain_choices(**self.mine, now=self.now)

    def _choose(self, form: PreferencesForm, said: dict[str, Any]) -> bool:
        try:
            notifications.set_choices(**self.mine, choices=form.choices_in(said), now=self.now)
        except UnableToSetPreferences as why:
            raise InvalidInput(items=str(why)) from why
        return True


class TestPushAction(NotificationsPage):
    __test__ = False  # not a test of pytest's
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, _request: HttpRequest) -> HttpResponse:
        """Push a test to every device of mine; once a minute."""
        try:
            notifications.send_test_push(**self.mine, now=self.now)
        except TooSoon as why:
            return self.shown(too_soon=str(why), status=409)
        return self.shown() if self.is_fragment else self.go_to(reverse("web:notifications") + "#test")


class DeviceRemoval(NotificationsPage):
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, device_id: UUID) -> HttpResponse:  # type: ignore[override]  # one device
        """Push nothing to this device any more."""
        try:
            notifications.remove_device(**self.mine, device_id=device_id, now=self.now)
        except DeviceNotFound as why:
            raise NotFound("You have no such device.") from why
        messages.success(request, _("Nothing is pushed there any more."))
        return self.go_to(reverse("web:notifications"))


def _told(delivery: DeliveryTimeline) -> dict[str, Any]:
    last = delivery.steps[-1]
    has_arrived = last.name in {"delivered", "opened", "acted"}
    step = words.STEPS[last.name]
    return {
        "where": words.PLATFORMS.get(delivery.platform or "", words.CHANNELS[delivery.channel]),
        "step": step if has_arrived else words.ENDS.get(delivery.state, step),
        "at": last.at,
        "why": delivery.why,
        "has_arrived": has_arrived,
    }
