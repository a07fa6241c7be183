"""What stands beside a how-to: what it lacks, its languages, what took its place, who looks after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from backend.domain.accounts.staffing import list_people
from backend.domain.actor import Actor, Role
from backend.domain.howtos.completeness import missing_from
from backend.domain.howtos.learning import list_collections_with
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.permissions import Action, allowed_actions
from backend.domain.howtos.queries import WholeHowTo, list_howtos
from backend.domain.howtos.states import Confidence, Governance, Publication
from backend.domain.howtos.succession import Kin, kin_of
from backend.domain.saying import in_words
from backend.web.forms import PageForm
from backend.web.howtos import words
from backend.web.howtos.decisions import Decision
from backend.web.howtos.forms import ArrangeForm, TranslateForm

Offered = list[tuple[str, Decision, PageForm]]

_MOST_CHOICES = 200
_LOOK_AFTER = (Role.CURATOR, Role.SUPERVISOR, Role.ADMIN)
_USUAL_LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ro", "tr", "uk")
# Where on the page of the draft each thing is typed.
_FIELDS = {"title": "id_title", "problem": "id_problem", "remedy": "id_remedy", "steps": "steps-heading"}


def beside(
    whole: WholeHowTo, versions: Sequence[HowToVersion], *, actor: Actor, refused: Mapping[str, PageForm]
) -> dict[str, Any]:
    """Return what the page says beside the text; what only a curator needs costs only a curator."""
    context: dict[str, Any] = {
        "languages": [(one, words.language_name(one.language)) for one in whole.languages],
        "collections": list(list_collections_with(actor=actor, howto_id=whole.howto.pk)),
        "language_name": words.language_name(whole.version.language),
    }
    if not actor.may_curate:
        return context
    kin: Kin = kin_of(actor=actor, howto=whole.howto)
    return context | {
        "missing": _missing(whole),
        "kin": kin,
        "succession": words.SUCCESSION.get(whole.howto.succession, ""),
        "translate_form": _translate_form(whole, versions, refused),
        "usual_languages": [(tag, words.language_name(tag)) for tag in _USUAL_LANGUAGES],
        "arrange_form": _arrange_form(whole, actor=actor, refused=refused),
    }


def with_successors(offers: Offered, whole: WholeHowTo, *, actor: Actor) -> Offered:
    """Return the offers; the one to replace it names the others of its model, and is left out where there is none."""
    if not any(name == Action.SUCCEED.value for name, _decision, _form in offers):
        return offers
    others = list_howtos(actor=actor, asset_model_id=whole.howto.asset_model_id).exclude(pk=whole.howto.pk)
    others = others.exclude(confidence=Confidence.ARCHIVED).order_by("-created_at")[:_MOST_CHOICES]
    choices = [(str(one.pk), one.shown_versions[0].title) for one in others]  # type: ignore[attr-defined]  # prefetched
    for name, _decision, form in offers:
        if name == Action.SUCCEED.value:
            form.fields["successor_id"].widget.choices = [("", _("Choose")), *choices]
    return [one for one in offers if choices or one[0] != Action.SUCCEED.value]


def _missing(whole: WholeHowTo) -> list[tuple[str, str]]:
    """Return what a draft lacks before a review, each with the place where it is typed."""
    if whole.version.publication != Publication.DRAFT:
        return []
    return [(_FIELDS[name], in_words(sentence)) for name, sentence in missing_from(whole.content).items()]


def _translate_form(
    whole: WholeHowTo, versions: Sequence[HowToVersion], refused: Mapping[str, PageForm]
) -> PageForm | None:
    out = [one for one in versions if one.publication == Publication.RELEASED and one.is_original]
    if not out or whole.howto.confidence == Confidence.ARCHIVED:
        return None
    return refused.get("translate") or TranslateForm(initial={"version_number": out[0].number}, auto_id="translate-%s")


def _arrange_form(whole: WholeHowTo, *, actor: Actor, refused: Mapping[str, PageForm]) -> PageForm | None:
    if Action.ARRANGE not in allowed_actions(actor, whole.howto, whole.version):
        return None
    form = refused.get("arrange") or ArrangeForm(
        initial={
            "owner_id": whole.howto.owner_id,
            "governance": whole.howto.governance,
            "requires_certification": whole.howto.requires_certification,
        },
        auto_id="arrange-%s",
    )
    people = list_people(actor=actor).filter(role__in=_LOOK_AFTER).order_by("name")[:_MOST_CHOICES]
    owners = [(str(one.pk), one.name) for one in people]
    form.fields["owner_id"].widget.choices = [("", _("nobody yet")), *owners]
    if whole.howto.governance == Governance.COMPLIANCE and not actor.may_lead:
        # Who may not ease the rules is not asked about them; the operation would refuse it.
        del form.fields["governance"], form.fields["requires_certification"]
    return form
