"""When I can be reached: my shifts, my quiet hours, and whether I am busy now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.domain.asking.models import A_MONDAY
from backend.domain.asking.people import MAX_BUSY, set_busy_until
from backend.domain.asking.shift_cycle import QuietHours, Shift, ShiftCycle
from backend.domain.asking.shift_pattern import (
    MAX_CYCLE_DAYS,
    OwnHours,
    own_hours,
    set_quiet_hours,
    set_shift_pattern,
    use_office_week,
)

_MAX_SHIFTS = 4 * MAX_CYCLE_DAYS
_MINUTE = timedelta(minutes=1)


def clock_time() -> serializers.TimeField:
    """Return the field of a time that a clock on the wall shows."""
    return serializers.TimeField(format="%H:%M", input_formats=["%H:%M"])


class ShiftSerializer(serializers.Serializer[Shift]):
    """A shift by the clock of my time zone; one that does not end later than it starts ends on the next day."""

    day = serializers.IntegerField(help_text="Of the cycle, from 0")
    starts = clock_time()
    ends = clock_time()


class QuietHoursSerializer(serializers.Serializer[QuietHours]):
    """Every day between these times no push comes; over midnight when `starts` is the later one."""

    starts = clock_time()
    ends = clock_time()


class ShiftPatternInput(serializers.Serializer[object]):
    """Seven days from a Monday are a week; eight can be four on, four off."""

    cycle_days = serializers.IntegerField(default=7, help_text=f"1 to {MAX_CYCLE_DAYS}")
    cycle_starts_on = serializers.DateField(default=A_MONDAY, help_text="A date that is day 0; a Monday if left out")
    shifts = serializers.ListField(child=ShiftSerializer(), max_length=_MAX_SHIFTS)


class BusyInput(serializers.Serializer[object]):
    # Not until when: a phone's clock may be wrong.
    minutes = serializers.IntegerField(min_value=1, max_value=MAX_BUSY // _MINUTE)


class AvailabilitySerializer(serializers.Serializer[OwnHours]):
    """When I can be reached."""

    time_zone = serializers.CharField(source="person.time_zone", help_text="IANA name; PATCH /me changes it")
    cycle_days = serializers.IntegerField(source="hours.cycle.days_count")
    cycle_starts_on = serializers.DateField(source="hours.cycle.starts_on", help_text="A date that is day 0")
    shifts = ShiftSerializer(source="hours.cycle.shifts", many=True)
    quiet_hours = QuietHoursSerializer(source="hours.quiet", allow_null=True)
    busy_until = serializers.SerializerMethodField(help_text="null: not busy")
    on_shift_since = serializers.SerializerMethodField(help_text="null: on no shift, nor on duty")
    next_shift_at = serializers.SerializerMethodField(help_text="null: none can be foreseen")
    may_be_asked = serializers.SerializerMethodField(help_text="On shift or duty, not in quiet hours, not busy")

    def get_busy_until(self, own: OwnHours) -> datetime | None:
        return own.hours.busy_until if own.hours.is_busy(own.as_of) else None

    def get_on_shift_since(self, own: OwnHours) -> datetime | None:
        return own.hours.shift_began_at(own.as_of)

    def get_next_shift_at(self, own: OwnHours) -> datetime | None:
        return own.hours.next_shift_at(own.as_of)

    def get_may_be_asked(self, own: OwnHours) -> bool:
        return own.hours.may_be_asked(own.as_of)


class AvailabilityView(Endpoint):
    @operation("When I can be reached", answers=AvailabilitySerializer)
    def get(self, _request: Request) -> Response:
        return self.answer(AvailabilitySerializer, own_hours(actor=self.actor, now=timezone.now()))

    @operation("Say when I work: shifts over a cycle of days", takes=ShiftPatternInput, answers=AvailabilitySerializer)
    def put(self, _request: Request) -> Response:
        body = self.body(ShiftPatternInput)
        shifts = tuple(Shift(**shift) for shift in body["shifts"])
        cycle = ShiftCycle(shifts, body["cycle_days"], body["cycle_starts_on"])
        own = set_shift_pattern(actor=self.actor, cycle=cycle, now=timezone.now())
        return self.answer(AvailabilitySerializer, own)

    @operation("Forget my shifts: Monday to Friday, 08:00 to 17:00, holds again", answers=AvailabilitySerializer)
    def delete(self, _request: Request) -> Response:
        return self.answer(AvailabilitySerializer, use_office_week(actor=self.actor, now=timezone.now()))


class QuietHoursView(Endpoint):
    @operation(
        "Say when no push may come, whatever the shift; safety still reaches whoever is on shift or on duty",
        takes=QuietHoursSerializer,
        answers=AvailabilitySerializer,
    )
    def put(self, _request: Request) -> Response:
        quiet = QuietHours(**self.body(QuietHoursSerializer))
        return self.answer(AvailabilitySerializer, set_quiet_hours(actor=self.actor, quiet=quiet, now=timezone.now()))

    @operation("Have no quiet hours", answers=AvailabilitySerializer)
    def delete(self, _request: Request) -> Response:
        return self.answer(AvailabilitySerializer, set_quiet_hours(actor=self.actor, quiet=None, now=timezone.now()))


class BusyView(Endpoint):
    @operation("Be asked nothing for so many minutes", takes=BusyInput, answers=AvailabilitySerializer)
    def put(self, _request: Request) -> Response:
        now = timezone.now()
        until = now + self.body(BusyInput)["minutes"] * _MINUTE
        return self.answer(AvailabilitySerializer, set_busy_until(actor=self.actor, until=until, now=now))

    @operation("Be busy no longer", answers=AvailabilitySerializer)
    def delete(self, _request: Request) -> Response:
        return self.answer(AvailabilitySerializer, set_busy_until(actor=self.actor, until=None, now=timezone.now()))
