"""What is typed about how-tos."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.domain.howtos.states import Governance
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


class TranslateForm(PageForm):
    """The version is the original that is out."""

    version_number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    language = forms.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=16,
        label=_("Into which language?"),
        help_text=_("Its short name, such as de, or pt-BR."),
        error_messages={"invalid": _("Write a short name of a language, such as de, or pt-BR.")},
        widget=forms.TextInput(attrs={"list": "languages", "autocapitalize": "none", "autocomplete": "off"}),
    )


class ArrangeForm(PageForm):
    """Who looks after it, and what its texts answer to."""

    owner_id = forms.UUIDField(required=False, label=_("Looked after by"), widget=forms.Select)
    governance = forms.TypedChoiceField(
        label=_("Goes out"),
        choices=[
            (Governance.EXPERIENCE.value, _("when a curator answers for it")),
            (Governance.COMPLIANCE.value, _("when somebody else has approved exactly this text")),
        ],
        coerce=Governance,
        widget=forms.RadioSelect,
    )
    requires_certification = forms.CharField(
        required=False,
        max_length=200,
        label=_("Who approves must hold"),
        help_text=_("A certification, such as F-gas. Empty: none."),
    )


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
