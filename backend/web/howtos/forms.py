"""What is typed about how-tos."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.domain.threads.states import TryOutcome
from backend.web.forms import PageForm
from backend.web.howtos.decisions import MAX_TEXT_LENGTH
from backend.web.threads.words import OUTCOME


class ReadForm(PageForm):
    version = forms.IntegerField(required=False, min_value=1, max_value=100_000)
    language = forms.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", required=False, max_length=16)


class DiffForm(PageForm):
    before = forms.IntegerField(min_value=1, max_value=100_000)
    after = forms.IntegerField(min_value=1, max_value=100_000)


class UseForm(PageForm):
    """How it went. The id comes with the empty form, so that sending it twice says it once."""

    use_id = forms.UUIDField(widget=forms.HiddenInput)
    version_number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(
        choices=[(outcome.value, OUTCOME[outcome]) for outcome in TryOutcome],
        widget=forms.RadioSelect,
        label=_("How did it go?"),
    )
    tag = forms.CharField(
        max_length=200, label=_("On which machine?"), help_text=_("The tag on its side, such as CHL-A.")
    )
    minutes = forms.IntegerField(required=False, min_value=0, max_value=10_000, label=_("Minutes it took"))
    note = forms.CharField(
        required=False,
        max_length=MAX_TEXT_LENGTH,
        label=_("What should the next one know?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
