"""The desk, how-tos, collections and figures in Chromium, on a phone and at a desk: judged by axe, fitting, strict."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.flags.models import Flag
from backend.domain.howtos.models import HowTo, HowToVersion, Step
from backend.domain.howtos.translating import start_translation
from backend.domain.threads.states import TryOutcome
from tests import cast
from tests.api.world import ask_about, one_of_everything
from tests.domain.insights.test_gaps import answer, ask_of
from tests.domain.watching.test_stopping import count
from tests.web.axe import violations
from tests.web.browser import Chromium
from tests.web.pages.test_howto_pages import put_out

# Those whose look depends on what is in them; `test_every_page.py` judges all of them with little in them.
PATHS = (
    "/desk",
    "/desk/threads",
    "/desk/gaps",
    "/desk/insights",
    "/howtos/{howto_id}",
    "/howtos/{howto_id}?version=2",
    "/howtos/{howto_id}/edit?version=2",
    "/howtos/{howto_id}/history",
    "/howtos/{howto_id}/watching",
    "/collections/{collection_id}/edit",
)
WEEK = timedelta(days=7)


@pytest.fixture
def ids(origin: str, asset: Asset, owner: Person, colleague: Person, curator: Person) -> dict[str, object]:
    """One of everything, four weeks of questions by six people, and a how-to that many played."""
    made = one_of_everything(asset, owner, colleague)
    people = [cast.new_person(asset.site, f"{name} Peer") for name in ("Ann", "Bob", "Cy", "Di", "Ed", "Flo")]
    for weeks in range(4):
        for place, person in enumerate(people):
            at = cast.NOW - weeks * WEEK + place * timedelta(hours=3)
            asked = ask_of(person, asset, at, title="Fan hums", code="F1" if place % 2 else "E4")
            if place > weeks:
                answer(asked, colleague, at + place * timedelta(minutes=weeks), TryOutcome.FIXED)
    ask_about(asset, owner, "Compressor will not start after the pump was changed")
    Flag.objects.update(due_owner=curator)
    howto = HowTo.objects.get()
    version = put_out(howto, curator)
    HowToVersion.objects.filter(pk=version.pk).update(
        title="Clean the strainer of the condenser", hazards="Isolate and lock off first.", problem="It trips on E4."
    )
    Step.objects.filter(version=version).delete()
    for position, text in enumerate(("Close both valves.", "Take the strainer out.", "Rinse it."), start=1):
        clip = {"clip_id": made["clip_id"], "start_ms": 0, "end_ms": 9_000} if position < 3 else {}
        Step.objects.create(
            organisation_id=owner.organisation_id, version=version, position=position, text=text, **clip
        )
    for position, viewings in ((1, 60), (2, 40)):
        count(version, position, {one: (viewings - 4 * one, 30 - 3 * one) for one in range(10)}, cast.NOW)
    start_translation(actor=curator.actor, howto_id=howto.pk, version_number=1, language="de", now=cast.NOW)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("width_px", "is_dark"), [(360, True), (1280, False)])
def test_every_page_of_the_desk_is_accessible_and_fits(
    *, chromium: Chromium, origin: str, ids: dict[str, object], curator: Person, width_px: int, is_dark: bool
) -> None:
    shots, found, wide = os.environ.get("CUPPA_SHOTS"), {}, []
    with chromium.profile(width_px=width_px, height_px=900, is_dark=is_dark) as profile:
        profile.keep_cookie(settings.SESSION_COOKIE_NAME, cast.session_token(curator), address=origin)
        tab = profile.open_tab()
        for number, path in enumerate(PATHS):
            tab.show(f"{origin}{path.format(**ids)}")
            if shots:
                tab.take_picture(Path(shots) / f"desk-{width_px}-{number:02}.png")
            tab.run("() => document.querySelectorAll('details').forEach((one) => { one.open = true })")
            found[path] = violations(tab)
            wide += [] if tab.run("() => document.documentElement.scrollWidth <= innerWidth") else [path]
        complaints = list(tab.complaints)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert wide == []
    assert complaints == []
