"""Whom each wave would ask, and why: of a question that is being asked, or of a fault that nobody has yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict

from backend.domain.actor import Actor
from backend.domain.asking.imagining import ImaginedFault, preview_fault
from backend.domain.asking.ladder import Audience, Rung
from backend.domain.asking.preview import (
    Prospect,
    RungPreview,
    ToldBy,
    list_rounds_asking,
    preview_ladder,
    require_to_see_choosing,
)
from backend.domain.equipment.queries import find_asset, list_assets
from backend.domain.threads.queries import get_thread
from backend.domain.threads.states import Urgency
from backend.web.page import Page
from backend.web.people.wave_forms import FaultForm
from backend.web.people.wave_words import AUDIENCES, HINDRANCES, STATUSES, how_many, when
from notifications import service as notifications

_SHOWN = 20


class LookAheadPage(Page):
    section = "people"

    def get(self, request: HttpRequest) -> HttpResponse:
        require_to_see_choosing(self.actor)
        if (thread_id := _id_in(request.GET, "thread")) is not None:
            return self._of_thread(thread_id)
        if (asset_id := _id_in(request.GET, "asset")) is not None:
            return self._of_fault(asset_id)
        words = request.GET.get("q", "").replace("\0", "").strip()[:100]
        context = {
            "words": words,
            "rounds": list(list_rounds_asking(actor=self.actor, words=words)[:_SHOWN]),
            "machines": list(list_assets(actor=self.actor, words=words)[:_SHOWN]),
            "most": _SHOWN,
        }
        return self.show("web/people/look_for.html", context, fragment="web/people/_look_for.html")

    def _of_thread(self, thread_id: UUID) -> HttpResponse:
        thread = get_thread(actor=self.actor, thread_id=thread_id)
        rungs = preview_ladder(actor=self.actor, thread_id=thread_id, reachable=notifications.reachable, now=self.now)
        return self.show("web/people/look_ahead.html", {"thread": thread, "waves": shown_waves(rungs)})

    def _of_fault(self, asset_id: UUID) -> HttpResponse:
        asset = find_asset(actor=self.actor, asset_id=asset_id)
        told = self.request.GET.copy()
        told.setdefault("urgency", Urgency.CUSTOMER_WAITING.value)
        form = FaultForm(told, actor=self.actor)
        found = self.attempt(form, lambda said: look_at(self.actor, _imagined(asset_id, said), now=self.now))
        context = {"asset": asset, "form": form, "waves": shown_waves(found) if found is not None else None}
        return self.show("web/people/look_ahead.html", context, status=200 if found is not None else 400)


def look_at(
    actor: Actor, fault: ImaginedFault, *, rungs: Sequence[Rung] | None = None, now: datetime
) -> list[RungPreview]:
    """Return whom the fault would ask, by the ladder that counts or by one to try out."""
    return preview_fault(actor=actor, fault=fault, rungs=rungs, reachable=notifications.reachable, now=now)


def shown_waves(rungs: Sequence[RungPreview]) -> list[dict[str, Any]]:
    """Return what a page shows of each wave."""
    times = {found.rung.after for found in rungs}
    return [_shown(found, _rounded(found.rung.after, times)) for found in rungs]


def _shown(found: RungPreview, after: timedelta) -> dict[str, Any]:
    rung = found.rung
    return {
        "number": found.number,
        "audience": AUDIENCES[rung.audience],
        "when": when(replace(rung, after=after, at_next_shift=False)),  # it is known by now
        "how_many": how_many(rung),
        "is_silent": rung.is_silent,
        "is_gap_list": rung.audience is Audience.GAP_LIST,
        "status": STATUSES[found.status],
        "told": [_in_words(one) for one in found.prospects if one.told_by is not ToldBy.NOTHING],
        "not_told": [_in_words(one) for one in found.prospects if one.told_by is ToldBy.NOTHING],
    }


def _rounded(after: timedelta, times: Collection[timedelta]) -> timedelta:
    """
    Return whole minutes, from two on, where that tells the waves apart.

    A wave under way came when it could, to the second.
    """
    is_shared = sum(_minutes(time) == _minutes(after) for time in times) > 1
    return after if is_shared or after < timedelta(minutes=2) else timedelta(minutes=_minutes(after))


def _minutes(time: timedelta) -> int:
    return round(time / timedelta(minutes=1))


def _in_words(one: Prospect) -> dict[str, Any]:
    return {
        "person": one.person,
        "told_by": one.told_by,
        "reason": one.reason,
        "hindrance": HINDRANCES[one.hindrance] if one.hindrance else None,
    }


def _imagined(asset_id: UUID, said: dict[str, Any]) -> ImaginedFault:
    asker = said["asker_id"]
    return ImaginedFault(
        asset_id,
        said["urgency"],
        fault_code=said["code"],
        asker_id=asker.pk if asker else None,
        at=said["at"],
    )


def _id_in(query: QueryDict, name: str) -> UUID | None:
    try:
        return UUID(query.get(name, ""))
    except ValueError:
        return None
