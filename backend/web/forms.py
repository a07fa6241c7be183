"""How pages read forms: Django's, with every mistake beside its field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.forms.renderers import TemplatesSetting

from backend.domain.errors import DomainError, NotFound
from backend.domain.saying import in_words


class FieldRenderer(TemplatesSetting):
    """Django's widgets, in the one shape that a field has here (settings.FORM_RENDERER)."""

    field_template_name = "web/_field.html"


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    """A choice of rows by their name; the form offers those of its actor's organisation."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=None, **options)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class PageForm(forms.Form):
    """A form of a page. It knows shapes, such as lengths; what may be is for the domain to say."""

    use_required_attribute = True


def id_told(text: str) -> UUID:
    """
    Return the id that a button or an address of a page tells.

    :raises NotFound: it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such thing.") from None


def put_beside(form: PageForm, error: DomainError) -> None:
    """Write the reasons of a refusal beside the fields that they are about; others above the form."""
    fields: dict[str, list[str]] = error.facts.get("fields", {})
    for name, reasons in fields.items():
        for reason in reasons:
            form.add_error(name if name in form.fields else None, in_words(reason))
    if not fields:
        form.add_error(None, in_words(error.detail))
