"""What a curator types into a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.clips.marks import Mark
from backend.domain.howtos.content import Content, Part, StepContent
from backend.domain.howtos.editing import Changes
from backend.web.forms import PageForm
from backend.web.howtos.decisions import MAX_TEXT_LENGTH

MAX_STEPS = 100
_EMPTY_STEPS = 2

ClipChoices = list[tuple[str, str | Promise]]


def _text(label: Any, *, rows: int = 2, is_needed: bool = False, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=is_needed,
        max_length=MAX_TEXT_LENGTH,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class DraftForm(PageForm):
    """What is missing yet may stay empty: only a review needs all of it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    title = forms.CharField(max_length=200, label=_("Title"), help_text=_("As somebody would look for it."))
    problem = _text(_("Problem"), hint=_("What one sees and hears."))
    environment = _text(_("Where it happens"))
    cause = _text(_("Cause"))
    remedy = _text(_("Remedy"))
    hazards = _text(_("Hazards"), hint=_("What can hurt, and what to do first: it is shown above everything else."))
    tools = _text(_("Tools"), hint=_("One a line."))
    parts = _text(_("Parts"), hint=_("One a line: name; the maker's number; how many."))

    def clean_tools(self) -> tuple[str, ...]:
        """Return the tools, one each line."""
        tools = _lines(self.cleaned_data["tools"])
        if any(len(tool) > 200 for tool in tools):
            raise forms.ValidationError(_("A tool's name has 200 letters at most."))
        return tuple(tools)

    def clean_parts(self) -> tuple[Part, ...]:
        """Return the parts, one each line."""
        return tuple(_part(line) for line in _lines(self.cleaned_data["parts"]))


class StepForm(forms.Form):
    text = _text(_("What to do"))
    clip_id = forms.TypedChoiceField(label=_("Film"), required=False, coerce=UUID, empty_value=None)
    start_s = forms.FloatField(label=_("from second"), required=False, min_value=0, max_value=86_400)
    end_s = forms.FloatField(label=_("to second"), required=False, min_value=0, max_value=86_400)

    def __init__(self, *args: Any, clips: ClipChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clip_id"].choices = [("", _("no film")), *clips]  # type: ignore[attr-defined]
        for name in ("start_s", "end_s"):
            self.fields[name].widget.attrs["step"] = "any"


if TYPE_CHECKING:
    _Steps = forms.BaseFormSet[StepForm]
else:  # generic for the type checker only
    _Steps = forms.BaseFormSet


class _OrderedSteps(_Steps):
    def add_fields(self, form: StepForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Place")
        form.fields["ORDER"].widget.attrs["min"] = 1
        form.fields["DELETE"].label = _("Take this step away")


StepForms = forms.formset_factory(
    StepForm,
    formset=_OrderedSteps,
    can_order=True,
    can_delete=True,
    extra=_EMPTY_STEPS,
    max_num=MAX_STEPS,
    absolute_max=MAX_STEPS + _EMPTY_STEPS,
    validate_max=True,
)


def initial_of(content: Content) -> dict[str, str]:
    """Return what the form of a draft holds to begin with."""
    texts = ("title", "problem", "environment", "cause", "remedy", "hazards")
    parts = (f"{part.name}; {part.number}; {part.quantity}" for part in content.parts)
    return {name: getattr(content, name) for name in texts} | {
        "tools": "\n".join(content.tools),
        "parts": "\n".join(parts),
    }


def initial_steps(content: Content) -> list[dict[str, Any]]:
    """Return what the forms of its steps hold to begin with."""
    return [
        {"text": step.text, "clip_id": step.clip_id, "start_s": _seconds(step.start_ms), "end_s": _seconds(step.end_ms)}
        for step in content.steps
    ]


def changes_of(said: Mapping[str, Any], steps: Iterable[StepForm], *, before: Content) -> Changes:
    """Return what to change. What was drawn on a moment stays with it, as long as the moment stays as it is."""
    marks = {(step.clip_id, step.start_ms, step.end_ms): step.mark for step in before.steps if step.mark}
    texts = {name: said[name] for name in said if name not in {"version", "seen_sha256"}}
    return Changes(**texts, steps=tuple(_step(form.cleaned_data, marks) for form in steps))


def _step(
    said: Mapping[str, Any], marks: Mapping[tuple[UUID | None, int | None, int | None], Mark | None]
) -> StepContent:
    clip_id = said["clip_id"]
    start_ms, end_ms = (_ms(said[name]) if clip_id else None for name in ("start_s", "end_s"))
    return StepContent(said["text"], clip_id, start_ms, end_ms, marks.get((clip_id, start_ms, end_ms)))


def _part(line: str) -> Part:
    name, number, quantity = (*(piece.strip() for piece in line.split(";")), "", "", "")[:3]
    if not name or line.count(";") > 2 or (quantity and not quantity.isdecimal()) or int(quantity or 1) == 0:
        raise forms.ValidationError(
            _("“%(line)s”: write the name; the number; how many, such as “Flow switch; 0200-112; 1”.") % {"line": line}
        )
    if len(name) > 200 or len(number) > 64 or int(quantity or 1) > 10_000:
        raise forms.ValidationError(_("“%(line)s” is too long.") % {"line": line[:40]})
    return Part(name, number, int(quantity or 1))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
