"""What is typed to ask about a fault."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.domain.threads.operations import Question
from backend.domain.threads.states import Urgency
from backend.web.forms import PageForm

MAX_TEXT_LENGTH = 10_000

URGENCIES = [
    (Urgency.CUSTOMER_WAITING.value, _("Somebody is waiting for it")),
    (Urgency.MACHINE_DOWN.value, _("The machine is down")),
    (Urgency.SAFETY.value, _("It is not safe")),
    (Urgency.CAN_WAIT.value, _("It can wait")),
]


class AskForm(PageForm):
    """The ids come with the empty form, so that sending it twice asks once."""

    thread_id = forms.UUIDField(widget=forms.HiddenInput)
    clip_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    asset_id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=200,
        label=_("What is wrong?"),
        help_text=_("In a few words, as you would say it on the phone."),
        widget=forms.TextInput(attrs={"autocapitalize": "sentences", "enterkeyhint": "next"}),
    )
    fault_code = forms.CharField(
        max_length=32,
        required=False,
        label=_("Code on the display"),
        help_text=_("As it is shown, such as E-04. Leave it empty if there is none."),
        widget=forms.TextInput(attrs={"list": "codes", "autocapitalize": "characters", "autocomplete": "off"}),
    )
    description = forms.CharField(
        max_length=MAX_TEXT_LENGTH,
        required=False,
        label=_("Anything else?"),
        help_text=_("What you saw, heard and tried already."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    urgency = forms.ChoiceField(
        choices=URGENCIES, label=_("How urgent is it?"), widget=forms.RadioSelect, initial=Urgency.CUSTOMER_WAITING
    )

    def question(self) -> Question:
        """Return what was typed, as the domain takes it."""
        said = self.cleaned_data
        return Question(
            asset_id=said["asset_id"],
            title=said["title"],
            description=said["description"],
            fault_code=said["fault_code"],
            urgency=Urgency(said["urgency"]),
            clip_id=said["clip_id"],
        )
