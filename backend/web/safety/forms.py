"""What is typed to set something straight, or to flag it. The ids come with the empty form: sent twice, it is one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.domain.corrections.findings import Findings
from backend.domain.corrections.states import Severity
from backend.domain.flags.operations import Complaint
from backend.domain.flags.states import FlaggedKind, FlagKind
from backend.web.forms import PageForm

MAX_TEXT_LENGTH = 10_000


def _words(label: object, hint: object = "", *, is_needed: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=hint,  # type: ignore[arg-type]
        required=is_needed,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CorrectionForm(PageForm):
    correction_id = forms.UUIDField(widget=forms.HiddenInput)
    severity = forms.TypedChoiceField(
        label=_("How bad is it?"),
        choices=[
            (Severity.WRONG.value, _("Wrong: it does not help")),
            (Severity.UNSAFE.value, _("Not safe: nobody may do it any more, and who did is told")),
        ],
        coerce=Severity,
        widget=forms.RadioSelect,
    )
    what = _words(_("What is wrong?"))
    why = _words(_("Why?"))
    procedure = _words(_("What is right instead?"), _("The official way, step by step. It stands above what was said."))

    def findings(self) -> Findings:
        """Return what was typed, as the domain takes it."""
        return Findings(**{name: self.cleaned_data[name] for name in ("severity", "what", "why", "procedure")})


class HowToCorrectionForm(CorrectionForm):
    version_number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    step_position = forms.IntegerField(
        required=False,
        min_value=1,
        label=_("Which step?"),
        help_text=_("Its number. Leave it empty if it is about all of it."),
    )


class WithdrawalForm(PageForm):
    reason = _words(_("Why is it taken back?"))


class FlagForm(PageForm):
    flag_id = forms.UUIDField(widget=forms.HiddenInput)
    flagged_kind = forms.TypedChoiceField(
        choices=[(kind.value, kind.value) for kind in FlaggedKind], coerce=FlaggedKind, widget=forms.HiddenInput
    )
    flagged_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.TypedChoiceField(
        label=_("What is the matter?"),
        choices=[
            (FlagKind.UNSAFE.value, _("It is not safe")),
            (FlagKind.WRONG.value, _("It is wrong")),
            (FlagKind.PERSONAL_DATA.value, _("It shows or names somebody who should not be in it")),
            (FlagKind.RUDE.value, _("It is rude")),
            (FlagKind.OTHER.value, _("Something else")),
        ],
        coerce=FlagKind,
        widget=forms.RadioSelect,
    )
    text = _words(_("In a few words"), is_needed=False)

    def complaint(self) -> Complaint:
        """Return why it is flagged."""
        return Complaint(self.cleaned_data["kind"], self.cleaned_data["text"])
