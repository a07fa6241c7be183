"""Asking about a fault: first the machine, then what is wrong with it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from api_schema.ids import uuid7
from backend.domain.briefing.tags import find_scanned
from backend.domain.equipment.models import Asset
from backend.domain.equipment.queries import find_asset, list_assets
from backend.domain.errors import IdTaken, NotFound
from backend.domain.threads.operations import AskedThread, ask
from backend.web.asking.forms import AskForm
from backend.web.asking.remembering import as_remembered
from backend.web.clips.picking import anybodys_picker, picker_for
from backend.web.page import OpenPage, Page

_SHOWN_MACHINES = 20
_TYPED = ("title", "fault_code", "description", "urgency")  # goes along while the machine is looked for


class AskPage(Page):
    section = "ask"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the machine, then for the rest; what was typed goes along in the address."""
        named = request.GET.get("asset", "").strip()
        if not named:
            return self._ask_for_machine(request)
        try:
            asset = find_scanned(actor=self.actor, code=named)
        except NotFound:
            return self._ask_for_machine(request, unknown=named)
        form = AskForm(initial={"thread_id": uuid7(), "asset_id": asset.pk, **_typed(request.GET)})
        return self._ask_for_words(form, asset)

    def post(self, request: HttpRequest) -> HttpResponse:
        if "another" in request.POST:
            return self.go_to(f"{reverse('web:ask')}?{urlencode(_typed(request.POST))}")
        form = AskForm(request.POST)
        asked = self.attempt(form, lambda _values: self._ask(form))
        if asked is None:
            return self._ask_for_words(form, self._asset_of(form), status=400)
        return self.go_to(reverse("web:thread", args=[asked.thread.pk]))

    def _ask(self, form: AskForm) -> AskedThread | None:
        try:
            return ask(
                actor=self.actor, thread_id=form.cleaned_data["thread_id"], question=form.question(), now=self.now
            )
        except IdTaken:  # the browser's arrow led back to a form that was sent, and its words were changed
            form.data = _with(self.request.POST, thread_id=str(uuid7()), clip_id="")
            form.add_error(None, _("This was asked already. If it is another question, send it once more."))
            return None

    def _asset_of(self, form: AskForm) -> Asset:
        asset_id = form.cleaned_data.get("asset_id")
        if asset_id is None:
            raise NotFound("There is no such machine.")
        return find_asset(actor=self.actor, asset_id=asset_id)

    def _ask_for_words(self, form: AskForm, asset: Asset, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "asset": asset,
            "machine": as_remembered(asset),
            "picker": picker_for(self.actor, now=self.now),
        }
        return self.show("web/asking/ask.html", context, fragment="web/asking/_ask_form.html", status=status)

    def _ask_for_machine(self, request: HttpRequest, *, unknown: str = "") -> HttpResponse:
        words = request.GET.get("q", "").strip()[:100]
        typed = _typed(request.GET)
        found = list(list_assets(actor=self.actor, words=words)[: _SHOWN_MACHINES + 1])
        context = {
            "words": words,
            "unknown": unknown,
            "machines": [(asset, as_remembered(asset)) for asset in found[:_SHOWN_MACHINES]],
            "are_more": len(found) > _SHOWN_MACHINES,
            "typed": typed,
            "typed_query": urlencode(typed),
        }
        return self.show("web/asking/machine.html", context, fragment="web/asking/_machines.html")


class KeptAskPage(OpenPage):
    """The form as the worker keeps it, for when there is no line. It names nobody and no machine."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        self.session = None
        return self.show("web/asking/kept.html", {"form": AskForm(), "picker": anybodys_picker()})


def _typed(data: QueryDict) -> dict[str, str]:
    return {name: str(data[name]) for name in _TYPED if data.get(name)}


def _with(data: QueryDict, **changes: str) -> QueryDict:
    changed = data.copy()
    for name, value in changes.items():
        changed[name] = value
    return changed
