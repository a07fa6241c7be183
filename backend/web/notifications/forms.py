"""How one wants to be told of each kind of thing, as a form: a choice a kind, and what is open beside a push."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from backend.web.forms import PageForm
from backend.web.notifications import words
from notifications.service import Choice, ExplainedChoice, ExplainedChoices, TellingMode


class PreferencesForm(PageForm):
    """`mode_…`, `by_email_…`, `by_sms_…` for each kind; a way that is closed is not asked for and stays as it is."""

    def __init__(self, *args: Any, explained: ExplainedChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.explained = explained
        self._ways = {
            "by_email": (_("e-mail, too"), explained.email_problem is None),
            "by_sms": (_("text message, too"), explained.sms_problem is None),
        }
        for choice in explained.choices:
            self.fields[f"mode_{choice.kind}"] = forms.ChoiceField(
                label=choice.about, choices=[(mode.value, words.MODES[mode]) for mode in choice.modes]
            )
            self.initial[f"mode_{choice.kind}"] = choice.mode
            for way, (label, is_open) in self._ways.items():
                if is_open:
                    self.fields[f"{way}_{choice.kind}"] = forms.BooleanField(required=False, label=label)
                    self.initial[f"{way}_{choice.kind}"] = getattr(choice, way)

    def rows(self) -> Iterator[tuple[ExplainedChoice, BoundField, list[BoundField]]]:
        """Yield each kind with its choice, and the ways that are open beside it."""
        for choice in self.explained.choices:
            beside = [self[f"{way}_{choice.kind}"] for way, (_label, is_open) in self._ways.items() if is_open]
            yield choice, self[f"mode_{choice.kind}"], beside

    def choices_in(self, values: dict[str, Any]) -> list[Choice]:
        """Return the cleaned `values` as `set_choices` takes them."""
        return [
            Choice(
                choice.kind,
                TellingMode(values[f"mode_{choice.kind}"]),
                by_email=values.get(f"by_email_{choice.kind}", choice.by_email),
                by_sms=values.get(f"by_sms_{choice.kind}", choice.by_sms),
            )
            for choice in self.explained.choices
        ]
