"""When a person can be reached: on shift or on duty, not on holiday, not in quiet hours, not busy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.asking.shift_cycle import OFFICE_WEEK, ONE_DAY, DaysOff, QuietHours, ShiftCycle, Span

ASKER_STAYS = timedelta(hours=4)  # who asked so lately stands at the machine still, whatever the pattern says
OUT_OF_SIGHT = timedelta(days=30)  # for whoever has no free moment that can be foreseen; they are looked up again
_LOOKS_AHEAD_DAYS = 2 * 366  # the longest cycle, twice: its only shift may fall on a holiday
_STEPS = 100  # from one hindrance to the next, until a free moment is found

# What an asker waits for.
_AWAITED = frozenset({PushKind.ANSWER, PushKind.CLAIMED, PushKind.CLIP_REJECTED, PushKind.DUE})


@dataclass(frozen=True)
class Hours:
    """When one person can be reached. All moments are UTC, or carry their offset."""

    zone: ZoneInfo
    cycle: ShiftCycle = OFFICE_WEEK
    quiet: QuietHours | None = None
    busy_until: datetime | None = None
    days_off: tuple[DaysOff, ...] = ()
    duty: tuple[Span, ...] = ()
    asked_at: datetime | None = None  # the last time that they asked something themselves, of the last hours

    def shift_began_at(self, now: datetime) -> datetime | None:
        """
        Return when the shift that they are on began, or None: they are on none.

        A shift belongs to the day on which it begins, and a holiday takes the shifts of its days away. A turn of duty
        is a shift, on holidays too.
        """
        today = now.astimezone(self.zone).date()
        worked = [span for day in (today - ONE_DAY, today) for span in self._worked_on(day)]
        return min((span.begins_at for span in (*worked, *self.duty) if span.covers(now)), default=None)

    def is_on_shift(self, now: datetime) -> bool:
        return self.shift_began_at(now) is not None

    def is_quiet(self, now: datetime) -> bool:
        """Return whether they want no push at this time of the day."""
        return self.quiet is not None and self.quiet.cover(now, self.zone)

    def is_busy(self, now: datetime) -> bool:
        """Return whether they asked not to be disturbed until later than `now`."""
        return self.busy_until is not None and self.busy_until > now

    def may_be_disturbed(self, now: datetime) -> bool:
        """Return whether neither their quiet hours nor what they are busy with speaks against a push."""
        return not self.is_quiet(now) and not self.is_busy(now)

    def may_be_asked(self, now: datetime) -> bool:
        """Return whether they work and nothing speaks against a push."""
        return self.is_on_shift(now) and self.may_be_disturbed(now)

    def next_shift_at(self, now: datetime) -> datetime | None:
        """Return when their next shift or turn of duty begins, later than `now`; None: none can be foreseen."""
        begins = [span.begins_at for span in self.duty if span.begins_at > now]
        begins.extend(self._next_worked_at(now))
        return min(begins, default=None)

    def works_before(self, latest: datetime, *, now: datetime) -> bool:
        """Return whether they are on shift or on duty now, or will be by `latest`."""
        if self.is_on_shift(now):
            return True
        next_at = self.next_shift_at(now)
        return next_at is not None and next_at <= latest

    def free_at(self, now: datetime) -> datetime | None:
        """Return the first moment from `now` on at which they may be asked; None: none can be foreseen."""
        moment: datetime | None = now
        for _ in range(_STEPS):
            if moment is None or self.may_be_asked(moment):
                return moment
            moment = self._hindered_until(moment)
        return None

    def push_at(self, now: datetime, urgency: PushUrgency, kind: PushKind) -> datetime:
        """
        Return when a push may reach them: `now`, or the first moment at which they may be asked.

        Without delay: safety for those on shift or on duty; what they wait for after they asked; a push that they send
        themselves as a test. Everything else keeps out of quiet hours.
        """
        if self._hears_at_once(now, urgency, kind):
            return now
        return self.free_at(now) or now + OUT_OF_SIGHT

    def _hears_at_once(self, now: datetime, urgency: PushUrgency, kind: PushKind) -> bool:
        if kind is PushKind.TEST:
            return True
        if urgency is PushUrgency.SAFETY and self.is_on_shift(now):
            return True
        return kind in _AWAITED and self.asked_at is not None and self.asked_at <= now < self.asked_at + ASKER_STAYS

    def _hindered_until(self, moment: datetime) -> datetime | None:
        if self.busy_until is not None and self.busy_until > moment:
            return self.busy_until
        if self.quiet is not None and self.quiet.cover(moment, self.zone):
            return self.quiet.end_after(moment, self.zone)
        return self.next_shift_at(moment)

    def _next_worked_at(self, now: datetime) -> Iterator[datetime]:
        today = now.astimezone(self.zone).date()
        for number in range(_LOOKS_AHEAD_DAYS):
            later = [span for span in self._worked_on(today + timedelta(days=number)) if span.begins_at > now]
            if later:
                yield min(span.begins_at for span in later)
                return

    def _worked_on(self, day: date) -> Iterator[Span]:
        if any(days_off.cover(day) for days_off in self.days_off):
            return iter(())
        return self.cycle.spans_on(day, self.zone)
