"""Reading a how-to, saying how it went, and deciding what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from api_schema.ids import uuid7
from backend.domain.briefing.tags import find_scanned
from backend.domain.clips.moments import ShownMoment, show_moment
from backend.domain.clips.showing import ClipShown, show_clips
from backend.domain.corrections.models import Correction
from backend.domain.corrections.states import CorrectionStatus
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.howtos.editing import start_new_version
from backend.domain.howtos.models import HowToUse, Step
from backend.domain.howtos.opening import note_opening
from backend.domain.howtos.permissions import Action, allowed_actions
from backend.domain.howtos.queries import WholeHowTo, get_howto, get_version, list_versions
from backend.domain.howtos.states import Publication
from backend.domain.howtos.succession import successor_to_read
from backend.domain.howtos.using import Report, record_use
from backend.domain.threads.states import TryOutcome
from backend.integrations.object_store import object_store
from backend.web.forms import PageForm
from backend.web.howtos import words
from backend.web.howtos.beside import beside, with_successors
from backend.web.howtos.decisions import DECISIONS, offered
from backend.web.howtos.forms import ReadForm, UseForm
from backend.web.page import Page
from backend.web.qr import qr_picture


@dataclass(frozen=True)
class StepShown:
    step: Step
    clip: ClipShown | None
    moment: ShownMoment | None
    corrections: list[Correction]  # that stand against this step


class HowToPage(Page):
    section = "search"

    def get(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        try:
            whole = self.read(howto_id)
        except NotFound:
            successor_id = successor_to_read(actor=self.actor, howto_id=howto_id)
            messages.info(request, _("What you opened was replaced by this one."))
            return self.go_to(reverse("web:howto", args=[successor_id]))
        note_opening(actor=self.actor, howto_id=howto_id, now=self.now)  # a recall reaches whoever saw it
        return self.show_howto(whole)

    def read(self, howto_id: UUID) -> WholeHowTo:
        """Return the how-to in the version or the language that the address asks for."""
        form = ReadForm(self.request.GET)
        wanted = form.cleaned_data if form.is_valid() else {}
        if wanted.get("version"):
            return get_version(actor=self.actor, howto_id=howto_id, number=wanted["version"])
        language = wanted.get("language", "")
        own = [self.person.language]
        return get_howto(actor=self.actor, howto_id=howto_id, language=language, own_languages=own)

    def show_howto(
        self, whole: WholeHowTo, *, refused: Mapping[str, PageForm] | None = None, status: int = 200
    ) -> HttpResponse:
        """Return the page; `refused`: forms that were sent, by their names, with what is wrong with them."""
        refused = refused or {}
        clips = [step.clip for step in whole.steps if step.clip]
        shown = show_clips(actor=self.actor, clips=clips, store=object_store())
        allowed = allowed_actions(self.actor, whole.howto, whole.version)
        standing = [one for one in whole.corrections if one.status == CorrectionStatus.STANDING]
        versions = list(list_versions(actor=self.actor, howto_id=whole.howto.pk))
        offers = list(offered(whole, actor=self.actor, refused=refused))
        context = {
            "whole": whole,
            "howto": whole.howto,
            "version": whole.version,
            "publication": words.PUBLICATION[whole.version.publication],
            "publication_tone": words.PUBLICATION_TONE[Publication(whole.version.publication)],
            "confidence": words.CONFIDENCE[whole.howto.confidence],
            "confidence_tone": words.CONFIDENCE_TONE.get(whole.howto.confidence, ""),  # type: ignore[call-overload]
            "governance": words.GOVERNANCE[whole.governance],
            "steps": [_step_shown(step, shown, standing) for step in whole.steps],
            "credited": [(one, words.CONTRIBUTION.get(one.contribution, "")) for one in whole.credits],
            "corrections": [one for one in standing if one.step_id not in {step.pk for step in whole.steps}],
            "versions": [(version, words.PUBLICATION[version.publication]) for version in versions],
            "decisions": with_successors(offers, whole, actor=self.actor),
            "may_edit": Action.EDIT in allowed,
            "may_begin": Action.START_VERSION in allowed and not self._is_under_way(whole),
            "use_form": self._use_form(whole, refused) if Action.USE in allowed else None,
            "code": qr_picture(settings.PUBLIC_URL + reverse("web:howto", args=[whole.howto.pk])),  # for paper
        } | beside(whole, versions, actor=self.actor, refused=refused)
        return self.show("web/howtos/howto.html", context, status=status)

    def _is_under_way(self, whole: WholeHowTo) -> bool:
        return whole.version.publication in {Publication.DRAFT, Publication.IN_REVIEW}

    def _use_form(self, whole: WholeHowTo, refused: Mapping[str, PageForm]) -> PageForm:
        new = {"use_id": uuid7(), "version_number": whole.version.number}
        return refused.get("use") or UseForm(initial=new, auto_id="use-%s")


def _step_shown(step: Step, shown: Mapping[UUID, ClipShown], corrections: Sequence[Correction]) -> StepShown:
    own = [one for one in corrections if one.step_id == step.pk]
    if step.clip_id is None or step.start_ms is None or step.end_ms is None:
        return StepShown(step, None, None, own)
    return StepShown(step, shown.get(step.clip_id), show_moment(step.clip, step.start_ms, step.end_ms), own)


class DecisionAction(HowToPage):
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, howto_id: UUID, name: str) -> HttpResponse:
        decision = DECISIONS.get(name)
        if decision is None:
            raise NotFound("There is no such decision.")
        form = decision.form_class(request.POST, auto_id=f"{name}-%s")
        decided = self.attempt(
            form, lambda said: decision.act(actor=self.actor, howto_id=howto_id, now=self.now, **said)
        )
        if decided is None:
            return self.show_howto(self._seen(form, howto_id), refused={name: form}, status=400)
        messages.success(request, str(decision.done))
        return self.go_to(reverse("web:howto", args=[howto_id]))

    def _seen(self, form: PageForm, howto_id: UUID) -> WholeHowTo:
        number = form.cleaned_data.get("version_number")
        return get_version(actor=self.actor, howto_id=howto_id, number=number) if number else self.read(howto_id)


class NewVersionAction(Page):
    def post(self, _request: HttpRequest, howto_id: UUID) -> HttpResponse:
        start_new_version(actor=self.actor, howto_id=howto_id, now=self.now)
        return self.go_to(reverse("web:howto-edit", args=[howto_id]))


class UseAction(HowToPage):
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        form = UseForm(request.POST, auto_id="use-%s")
        if self.attempt(form, lambda said: self._record(howto_id, said)) is None:
            return self.show_howto(self.read(howto_id), refused={"use": form}, status=400)
        messages.success(request, _("Thank you. It counts for everybody who reads this how-to."))
        return self.go_to(reverse("web:howto", args=[howto_id]))

    def _record(self, howto_id: UUID, said: dict[str, object]) -> HowToUse:
        try:
            asset = find_scanned(actor=self.actor, code=str(said["tag"]))
        except NotFound:
            raise InvalidInput(tag=_("No machine of yours has this tag.")) from None
        report = Report(asset.pk, TryOutcome(str(said["outcome"])), str(said["note"]), said["minutes"])  # type: ignore[arg-type]
        return record_use(
            actor=self.actor,
            use_id=said["use_id"],  # type: ignore[arg-type]
            howto_id=howto_id,
            version_number=said["version_number"],  # type: ignore[arg-type]
            report=report,
            now=self.now,
        ).row
