"""A draft beside the films of its thread: steps are cut by tapping on what is said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.domain.clips.captions import list_spoken_clips
from backend.domain.clips.models import Clip
from backend.domain.errors import NotAllowed
from backend.domain.howtos.editing import edit_draft
from backend.domain.howtos.permissions import Action, allowed_actions
from backend.domain.howtos.queries import WholeHowTo, get_howto, get_version
from backend.web.howtos.edit_forms import (
    ClipChoices,
    DraftForm,
    StepForm,
    StepForms,
    changes_of,
    initial_of,
    initial_steps,
)
from backend.web.howtos.forms import ReadForm
from backend.web.howtos.words import FIELD
from backend.web.page import Page

_TEXTS = ("hazards", "problem", "cause", "remedy", "environment")


class EditPage(Page):
    section = "review"

    def get(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        whole = self._read(ReadForm(request.GET), howto_id)
        if Action.EDIT not in allowed_actions(self.actor, whole.howto, whole.version):
            if not self.actor.may_curate:
                raise NotAllowed("Only a curator or supervisor may do this.")
            messages.info(request, _("Only a draft can be edited."))
            return self.go_to(reverse("web:howto", args=[howto_id]))
        seen = {"version": whole.version.number, "seen_sha256": whole.sha256}
        clips = self._clips(whole)
        steps = StepForms(initial=initial_steps(whole.content), prefix="steps", form_kwargs={"clips": _choices(clips)})
        return self._page(whole, clips, DraftForm(initial=initial_of(whole.content) | seen), steps)

    def post(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        form = DraftForm(request.POST)
        number = form.cleaned_data["version"] if form.is_valid() else None
        whole = self._read(ReadForm({"version": number or request.POST.get("version", "")}), howto_id)
        clips = self._clips(whole)
        steps = StepForms(request.POST, prefix="steps", form_kwargs={"clips": _choices(clips)})
        edited = None
        if steps.is_valid():
            edited = self.attempt(form, lambda said: self._edit(whole, said, steps))
        if edited is None:
            return self._page(whole, clips, form, steps, status=400)
        messages.success(request, _("Saved."))
        address = reverse("web:howto-edit" if "more" in request.POST else "web:howto", args=[howto_id])
        return self.go_to(f"{address}?version={edited.version.number}")

    def _edit(self, whole: WholeHowTo, said: dict[str, object], steps: BaseFormSet[StepForm]) -> WholeHowTo:
        kept = [
            form for form in steps.ordered_forms if form.cleaned_data.get("text") or form.cleaned_data.get("clip_id")
        ]
        return edit_draft(
            actor=self.actor,
            howto_id=whole.howto.pk,
            number=whole.version.number,
            seen_sha256=str(said["seen_sha256"]),
            changes=changes_of(said, kept, before=whole.content),
            now=self.now,
        )

    def _read(self, form: ReadForm, howto_id: UUID) -> WholeHowTo:
        number = form.cleaned_data.get("version") if form.is_valid() else None
        if number:
            return get_version(actor=self.actor, howto_id=howto_id, number=number)
        return get_howto(actor=self.actor, howto_id=howto_id)

    def _clips(self, whole: WholeHowTo) -> list[Clip]:
        clip_ids = {step.clip_id for step in whole.steps if step.clip_id}
        return list(list_spoken_clips(actor=self.actor, thread_id=whole.howto.thread_id, clip_ids=clip_ids))

    def _page(
        self, whole: WholeHowTo, clips: list[Clip], form: DraftForm, steps: BaseFormSet[StepForm], *, status: int = 200
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "whole": whole,
            "howto": whole.howto,
            "version": whole.version,
            "form": form,
            "steps": steps,
        }
        context |= {"clips": clips, **self._original(whole)}
        return self.show("web/howtos/edit.html", context, status=status)

    def _original(self, whole: WholeHowTo) -> dict[str, Any]:
        """Return what a translation is made from, to read beside it."""
        translated = whole.version.translates_version
        if translated is None:
            return {}
        original = get_version(actor=self.actor, howto_id=whole.howto.pk, number=translated.number)
        texts = [(FIELD[name], getattr(original.version, name)) for name in _TEXTS]
        return {"original": original, "original_texts": texts}


def _choices(clips: list[Clip]) -> ClipChoices:
    return [
        (str(clip.pk), _("Film %(number)d, by %(name)s") % {"number": number, "name": clip.author.name})
        for number, clip in enumerate(clips, start=1)
    ]
