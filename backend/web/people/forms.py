from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from api_schema.ids import uuid7
from backend.domain.accounts.colleagues import list_sites
from backend.domain.accounts.roles import roles_to_give
from backend.domain.actor import Actor, Role
from backend.web.forms import NamedChoice, PageForm
from backend.web.people.words import ROLES


class InviteForm(PageForm):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)  # sent twice, it is one invitation
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("The real one: it stands on what they post."))
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    job_title = forms.CharField(label=_("Job"), max_length=200)
    site = NamedChoice(label=_("Site"), empty_label=_("Choose"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "site", list_sites(actor=actor))
        _offer_roles(self, actor)


class RoleForm(PageForm):
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, actor)


class ListForm(PageForm):
    """A list of newcomers, as a file or pasted."""

    file = forms.FileField(label=_("CSV file"), required=False)
    text = forms.CharField(
        label=_("or paste it here"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("file"):
            told["text"] = _decoded(told["file"].read(2_000_001))
        if not told.get("text") and not self.errors:
            self.add_error("file", _("Choose a file, or paste the list."))
        return told


class CertificationForm(PageForm):
    name = forms.CharField(label=_("Certified for"), max_length=100, help_text=_("A hazard or a trade, as F-gas."))
    expires_on = forms.DateField(
        label=_("Until"), required=False, help_text=_("Empty: no end."), widget=forms.DateInput(attrs={"type": "date"})
    )


class CommunityForm(PageForm):
    community = NamedChoice(label=_("Community"), empty_label=_("Choose"))

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "community", communities)


def offer(form: forms.Form, name: str, rows: Any) -> None:
    """Let the field `name` be one of `rows`."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


def _offer_roles(form: forms.Form, actor: Actor) -> None:
    field = form.fields["role"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(role.value, ROLES[role]) for role in roles_to_give(actor)]
    field.initial = Role.TECHNICIAN.value


def _decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, else what spreadsheets write under Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
