"""My shift: when I can be reached, and when not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.domain.asking.holidays import cancel_holiday, coming_holidays, take_holiday
from backend.domain.asking.people import set_busy_until
from backend.domain.asking.shift_pattern import OwnHours, own_hours, set_quiet_hours, set_shift_pattern, use_office_week
from backend.web.forms import PageForm, id_told
from backend.web.mine.forms import (
    MAX_DAYS,
    BusyForm,
    HolidayForm,
    QuietForm,
    ShiftForm,
    cycle_of,
    days_of,
    quiet_of,
)
from backend.web.page import Page


class ShiftPage(Page):
    section = "shift"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.shift_page()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Record the shifts of a whole cycle."""
        if "office" in request.POST:
            use_office_week(actor=self.actor, now=self.now)
            return self.saved()
        days_count = _days_in(request.POST.get("days", ""), default=7)
        form = ShiftForm(request.POST, days_count=days_count)
        cycle = self.attempt(
            form,
            lambda said: set_shift_pattern(actor=self.actor, cycle=cycle_of(said, days_count=days_count), now=self.now),
        )
        return self.saved() if cycle else self.shift_page(status=400, shift_form=form)

    def saved(self) -> HttpResponse:
        """Say so, on the page."""
        messages.success(self.request, _("Saved."))
        return self.go_to(reverse("web:shift"))

    def shift_page(self, *, status: int = 200, **forms: PageForm) -> HttpResponse:
        """Return the page; `forms`: those that come back with what is wrong in them."""
        own = own_hours(actor=self.actor, now=self.now)
        cycle = own.hours.cycle
        days_count = _days_in(self.request.GET.get("days", ""), default=min(cycle.days_count, MAX_DAYS))
        quiet = own.hours.quiet
        context: dict[str, Any] = {
            "own": own,
            **_reachable(own),
            "quiet": quiet,
            "shift_form": ShiftForm.showing(cycle, days_count=days_count),
            "quiet_form": QuietForm(initial={"starts": quiet.starts, "ends": quiet.ends} if quiet else None),
            "busy_form": BusyForm(),
            "holidays": coming_holidays(actor=self.actor, now=self.now),
            "holiday_form": HolidayForm(),
            "most_days": MAX_DAYS,
            **forms,
        }
        return self.show("web/mine/shift.html", context, status=status)


class QuietHoursAction(ShiftPage):
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have quiet hours, or none."""
        if "none" in request.POST:
            set_quiet_hours(actor=self.actor, quiet=None, now=self.now)
            return self.saved()
        form = QuietForm(request.POST)
        done = self.attempt(form, lambda said: set_quiet_hours(actor=self.actor, quiet=quiet_of(said), now=self.now))
        return self.saved() if done else self.shift_page(status=400, quiet_form=form)


class BusyAction(ShiftPage):
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Be asked nothing for a while, or again from now on."""
        if "none" in request.POST:
            set_busy_until(actor=self.actor, until=None, now=self.now)
            return self.saved()
        form = BusyForm(request.POST)
        done = self.attempt(
            form,
            lambda said: set_busy_until(
                actor=self.actor, until=self.now + timedelta(minutes=said["minutes"]), now=self.now
            ),
        )
        return self.saved() if done else self.shift_page(status=400, busy_form=form)


class HolidayAction(ShiftPage):
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Have a holiday, or work on those days after all."""
        if "end" in request.POST:
            cancel_holiday(actor=self.actor, holiday_id=id_told(request.POST["end"]))
            return self.saved()
        form = HolidayForm(request.POST)
        done = self.attempt(form, lambda said: take_holiday(actor=self.actor, days=days_of(said), now=self.now))
        return self.saved() if done else self.shift_page(status=400, holiday_form=form)


def _days_in(text: str, *, default: int) -> int:
    return min(max(int(text), 1), MAX_DAYS) if text.isascii() and text.isdigit() else default


def _reachable(own: OwnHours) -> dict[str, Any]:
    hours, now = own.hours, own.as_of
    return {
        "may_be_asked": hours.may_be_asked(now),
        "busy_until": hours.busy_until if hours.is_busy(now) else None,
        "is_quiet": hours.is_quiet(now),
        "free_at": hours.free_at(now),
    }
