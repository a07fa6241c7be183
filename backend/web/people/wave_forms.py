"""The waves of an urgency as they are typed: one row of fields a wave, named as the domain names what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.domain.accounts.colleagues import colleagues
from backend.domain.actor import Actor
from backend.domain.asking.ladder import EVERYBODY, PEERS, Audience, Rung
from backend.domain.asking.ladder_rules import MAX_RUNGS
from backend.web.asking.forms import URGENCIES
from backend.web.forms import NamedChoice, PageForm
from backend.web.people.forms import offer
from backend.web.people.wave_words import AUDIENCES

_UNITS = [(1, _("seconds")), (60, _("minutes")), (3_600, _("hours")), (86_400, _("days"))]
_PARTS = ("audience", "after_s", "unit", "size", "is_silent", "at_next_shift")
_NEW = {"audience": Audience.SAME_FAMILY.value, "unit": 60, "size": 4}

Row = Mapping[str, Any]


class LadderForm(PageForm):
    """`rungs.2.size` is the size of the third wave."""

    def __init__(self, *args: Any, rungs_count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rungs_count = rungs_count
        for number in range(rungs_count):
            self.fields |= {f"rungs.{number}.{part}": field for part, field in _fields().items()}

    @classmethod
    def showing(cls, rows: Sequence[Row]) -> LadderForm:
        """Return the form with these rows, of which nothing was judged yet."""
        initial = {f"rungs.{number}.{part}": value for number, row in enumerate(rows) for part, value in row.items()}
        return cls(initial=initial, rungs_count=len(rows))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each wave with its fields."""
        for number in range(self.rungs_count):
            yield {"number": number + 1, "place": number, **{part: self[f"rungs.{number}.{part}"] for part in _PARTS}}

    def rungs(self) -> list[Rung]:
        """Return what was typed, as the domain takes it."""
        said = self.cleaned_data
        return [_rung({part: said[f"rungs.{number}.{part}"] for part in _PARTS}) for number in range(self.rungs_count)]


def rows_of(rungs: Sequence[Rung]) -> list[Row]:
    """Return rungs as the form shows them."""
    return [_row(rung) for rung in rungs]


def rows_typed(data: Mapping[str, Any]) -> list[Row]:
    """Return the rows of a form that was sent, as they were typed."""
    return [{part: data.get(f"rungs.{number}.{part}", "") for part in _PARTS} for number in range(count_typed(data))]


def count_typed(data: Mapping[str, Any]) -> int:
    """Return how many waves a form that was sent holds."""
    number = 0
    while number <= MAX_RUNGS and f"rungs.{number}.audience" in data:
        number += 1
    return number


def with_one_more(rows: Sequence[Row], *, behind: str) -> list[Row]:
    """Return the rows with a new one behind the one at this place."""
    place = _place(behind, rows)
    return [*rows[: place + 1], _NEW, *rows[place + 1 :]]


def without(rows: Sequence[Row], *, place: str) -> list[Row]:
    """Return the rows without the one at this place."""
    gone = _place(place, rows)
    return [row for number, row in enumerate(rows) if number != gone]


class FaultForm(PageForm):
    """A fault as somebody could ask about it."""

    code = forms.CharField(label=_("Code on the display"), max_length=32, required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=URGENCIES)
    asker_id = NamedChoice(label=_("Asked by"), required=False, empty_label=_("Me"))
    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        help_text=_("Empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "asker_id", colleagues(actor).exclude(pk=actor.person_id).order_by("name"))


class TrialForm(PageForm):
    """On which machine waves are tried out before they count."""

    tag = forms.CharField(label=_("Tag of a machine"), max_length=64)
    code = forms.CharField(label=_("Code on the display"), max_length=32, required=False)

    @classmethod
    def showing(cls, told: Mapping[str, Any]) -> TrialForm:
        """Return the form with what was told before, of which nothing was judged yet."""
        return cls(initial={name: told.get(name, "") for name in ("tag", "code")})


class BudgetForm(PageForm):
    """How many pushes may ask one person, at most."""

    asks_per_shift = forms.IntegerField(label=_("In one shift"))
    asks_per_week = forms.IntegerField(label=_("In one week"))


def _fields() -> dict[str, forms.Field]:
    return {
        "audience": forms.ChoiceField(
            label=_("Whom"), choices=[(one.value, words) for one, words in AUDIENCES.items()]
        ),
        "after_s": forms.IntegerField(label=_("After"), min_value=0, max_value=10_000_000),
        "unit": forms.TypedChoiceField(label=_("Unit"), coerce=int, choices=_UNITS),
        "size": forms.IntegerField(label=_("How many"), required=False, help_text=_("Empty: everybody.")),
        "is_silent": forms.BooleanField(label=_("In the inbox only, without a push"), required=False),
        "at_next_shift": forms.BooleanField(label=_("As soon as the community's next shift begins"), required=False),
    }


def _rung(said: Row) -> Rung:
    audience = Audience(said["audience"])
    size = said["size"] if said["size"] is not None else EVERYBODY if audience in PEERS else 1
    after = timedelta(seconds=said["after_s"] * said["unit"])
    return Rung(after, size, audience, said["is_silent"], said["at_next_shift"])


def _row(rung: Rung) -> Row:
    seconds = int(rung.after.total_seconds())
    unit = max((unit for unit, _words in _UNITS if seconds and seconds % unit == 0), default=60)
    return {
        "audience": rung.audience.value,
        "after_s": seconds // unit,
        "unit": unit,
        "size": None if rung.size == EVERYBODY or rung.audience not in PEERS else rung.size,
        "is_silent": rung.is_silent,
        "at_next_shift": rung.at_next_shift,
    }


def _place(told: str, rows: Sequence[Row]) -> int:
    return int(told) if told.isascii() and told.isdigit() and int(told) < len(rows) else len(rows) - 1
