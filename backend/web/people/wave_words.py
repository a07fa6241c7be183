"""How pages speak of waves: whom they ask, and when."""

from __future__ import annotations

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backend.domain.asking.ladder import EVERYBODY, PEERS, Audience, Rung
from backend.domain.asking.models import WaveStatus
from backend.domain.asking.preview import Hindrance

AUDIENCES: dict[Audience, str | Promise] = {
    Audience.FIXED_BEFORE: gettext_lazy("Who fixed this model before, or knows the kit"),
    Audience.SAME_FAMILY: gettext_lazy("Who knows this family of machines"),
    Audience.COMMUNITY: gettext_lazy("The machine's communities"),
    Audience.FOLLOW_THE_SUN: gettext_lazy("Who knows the kit, wherever it is working time"),
    Audience.DUTY_EXPERT: gettext_lazy("The expert on duty"),
    Audience.CHAMPION: gettext_lazy("Who looks after the community"),
    Audience.SUPERVISOR: gettext_lazy("A supervisor"),
    Audience.GAP_LIST: gettext_lazy("Nobody more: it goes on the gap list"),
}
STATUSES: dict[WaveStatus, str | Promise] = {
    WaveStatus.WAITING: "",
    WaveStatus.FIRED: gettext_lazy("has asked"),
    WaveStatus.SKIPPED: gettext_lazy("found nobody"),
    WaveStatus.CANCELLED: gettext_lazy("called off"),
}
HINDRANCES: dict[Hindrance, str | Promise] = {
    Hindrance.OFF_SHIFT: gettext_lazy("off shift"),
    Hindrance.QUIET_HOURS: gettext_lazy("quiet hours"),
    Hindrance.BUSY: gettext_lazy("busy"),
    Hindrance.BUDGET_USED: gettext_lazy("budget used"),
    Hindrance.BUDGET_KEPT: gettext_lazy("what is left of their budget is for better reasons"),
    Hindrance.UNREACHED: gettext_lazy("nothing reaches them"),
    Hindrance.DECLINED: gettext_lazy("said that it is nothing for them"),
    Hindrance.NOT_ALOUD: gettext_lazy("off hours, over budget, or told already"),
}


def when(rung: Rung) -> str:
    """Return when the rung comes."""
    if not rung.after:
        return _("at once")
    if rung.at_next_shift:
        return _("at the community's next shift, after %(time)s at the latest") % {"time": span(rung.after)}
    return _("after %(time)s") % {"time": span(rung.after)}


def how_many(rung: Rung) -> str:
    """Return how many peers it asks; empty where it names one person, or nobody."""
    if rung.audience not in PEERS:
        return ""
    if rung.size == EVERYBODY:
        return _("everybody")
    return ngettext("1 person", "%(n)s people", rung.size) % {"n": rung.size}


def span(time: timedelta) -> str:
    """Return a span of time in the largest unit that leaves no rest."""
    seconds = int(time.total_seconds())
    if seconds % 86_400 == 0:
        return ngettext("%(n)s day", "%(n)s days", seconds // 86_400) % {"n": seconds // 86_400}
    if seconds % 3_600 == 0:
        return ngettext("%(n)s hour", "%(n)s hours", seconds // 3_600) % {"n": seconds // 3_600}
    if seconds % 60 == 0:
        return ngettext("%(n)s minute", "%(n)s minutes", seconds // 60) % {"n": seconds // 60}
    return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
