"""What is typed of when one can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from backend.domain.asking.holidays import Days
from backend.domain.asking.shift_cycle import QuietHours, Shift, ShiftCycle
from backend.web.forms import PageForm

MAX_DAYS = 42  # six weeks: longer cycles come by the API
_OFFICE = ("08:00", "17:00")


class ClockInput(forms.TimeInput):
    """A time that a clock on the wall shows."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ShiftForm(PageForm):
    """Shifts over a cycle of days: for each day, whether it is worked, from when to when."""

    cycle_starts_on = forms.DateField(
        label=_("A day on which the cycle begins"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, days_count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days_count = days_count
        for day in range(days_count):
            self.fields[f"works_{day}"] = forms.BooleanField(required=False, label=_("I work"))
            self.fields[f"starts_{day}"] = forms.TimeField(required=False, label=_("from"), widget=ClockInput())
            self.fields[f"ends_{day}"] = forms.TimeField(required=False, label=_("to"), widget=ClockInput())

    @classmethod
    def showing(cls, cycle: ShiftCycle, *, days_count: int) -> ShiftForm:
        """Return the form as `cycle` has it. Of two shifts on one day it shows the first."""
        initial: dict[str, Any] = {"cycle_starts_on": cycle.starts_on}
        for day in range(days_count):
            initial |= {f"works_{day}": False, f"starts_{day}": _OFFICE[0], f"ends_{day}": _OFFICE[1]}
        for shift in reversed(cycle.shifts if days_count == cycle.days_count else ()):
            initial |= {
                f"works_{shift.day}": True,
                f"starts_{shift.day}": shift.starts,
                f"ends_{shift.day}": shift.ends,
            }
        return cls(initial=initial, days_count=days_count)

    def clean(self) -> dict[str, Any]:
        """Ask for both times of each day that is worked."""
        said = super().clean() or self.cleaned_data
        for day in range(self.days_count):
            if said.get(f"works_{day}"):
                for end in ("starts", "ends"):
                    if said.get(f"{end}_{day}") is None and f"{end}_{day}" not in self.errors:
                        self.add_error(f"{end}_{day}", _("Give the time."))
        return said

    def days(self) -> Iterator[dict[str, Any]]:
        """Yield each day with its name and its three fields."""
        begins = self["cycle_starts_on"].value()
        first = begins if isinstance(begins, date) else None
        for day in range(self.days_count):
            name = date_format(first + timedelta(days=day), "l") if first and self.days_count % 7 == 0 else None
            yield {
                "number": day + 1,
                "name": name,
                "works": self[f"works_{day}"],
                "starts": self[f"starts_{day}"],
                "ends": self[f"ends_{day}"],
            }


def cycle_of(values: dict[str, Any], *, days_count: int) -> ShiftCycle:
    """Return the values of a `ShiftForm` as the domain takes them."""
    shifts = tuple(
        Shift(day, values[f"starts_{day}"], values[f"ends_{day}"])
        for day in range(days_count)
        if values[f"works_{day}"]
    )
    return ShiftCycle(shifts, days_count, values["cycle_starts_on"])


class QuietForm(PageForm):
    starts = forms.TimeField(label=_("From"), widget=ClockInput())
    ends = forms.TimeField(label=_("to"), widget=ClockInput())


def quiet_of(values: dict[str, Any]) -> QuietHours:
    """Return the values of a `QuietForm` as the domain takes them."""
    return QuietHours(values["starts"], values["ends"])


class DayField(forms.DateField):
    """A day, chosen from the browser's calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HolidayForm(PageForm):
    first_date = DayField(label=_("First day"))
    last_date = DayField(label=_("Last day"), required=False, help_text=_("Empty: one day."))
    name = forms.CharField(label=_("What it is"), required=False, max_length=100, help_text=_("If you like."))


def days_of(values: dict[str, Any]) -> Days:
    """Return the values of a `HolidayForm` as the domain takes them."""
    return Days(values["first_date"], values["last_date"] or values["first_date"], values["name"])


class BusyForm(PageForm):
    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=[(30, _("half an hour")), (60, _("an hour")), (240, _("four hours")), (480, _("eight hours"))],
    )
