"""How-tos kept on a phone: what it takes along, what it hears of it later, and that it plays without a line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api_schema.ids import uuid7
from api_schema.media_jobs import TimedCue
from backend.domain.accounts.models import Person
from backend.domain.corrections.correcting_howtos import correct_howto
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.states import Severity
from backend.domain.equipment.models import Asset
from backend.domain.howtos.models import HowTo, HowToOpening, HowToVersion
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.states import TryOutcome
from tests import cast
from tests.api.world import answer_and_try, ask_about
from tests.web.axe import violations
from tests.web.browser import Chromium, Tab
from tests.web.conftest import Arrive, Footage
from tests.web.pages.conftest import Browser
from tests.web.pages.phones import phone_of
from tests.web.pages.test_howto_pages import put_out
from tests.web.test_a_moment_plays import filmed_howto


def correct(howto: HowTo, curator: Person, severity: Severity) -> None:
    """Have the curator set it straight."""
    findings = Findings(severity, "It is under pressure.", "Somebody was hurt.", "Bleed it first.")
    correct_howto(
        actor=curator.actor,
        correction_id=uuid7(),
        howto_id=howto.pk,
        version_number=1,
        findings=findings,
        now=timezone.now(),
    )


def howto_of(asset: Asset, owner: Person, colleague: Person, curator: Person) -> HowTo:
    """Return a how-to that is out."""
    thread = ask_about(asset, owner)
    answer_and_try(thread, colleague, TryOutcome.FIXED)
    howto = draft_from_thread(organisation_id=owner.organisation_id, thread_id=thread.pk, now=cast.NOW)
    assert howto is not None
    put_out(howto, curator)
    return howto


def along(browser: Client, howto: HowTo) -> Any:
    return browser.get(f"/howtos/{howto.pk}/along/1/files")


def states(browser: Client, *kept: tuple[UUID, int, str]) -> list[tuple[str, str]]:
    """Return what became of each, and what is said of it."""
    asked = [f"{howto_id}.{number}.{mark}" for howto_id, number, mark in kept]
    return [(one["state"], one["said"]) for one in browser.get("/kept/states", {"kept": asked}).json()["items"]]


@pytest.mark.django_db
class TestKeeping:
    def test_is_of_what_is_out_and_notes_who_has_it(
        self,
        browser_of: Browser,
        asset: Asset,
        owner: Person,
        colleague: Person,
        curator: Person,
        outsider: Person,
    ) -> None:
        howto = howto_of(asset, owner, colleague, curator)
        browser = browser_of(colleague)

        files = along(browser, howto)
        page = browser.get(f"/howtos/{howto.pk}/along/1")
        foreign = along(browser_of(outsider), howto)
        HowToVersion.objects.update(publication="draft", released_at=None, released_by=None, content_sha256="")
        not_out = along(browser, howto)

        assert (files.status_code, set(files.json()["ways"])) == (200, {"film", "small", "sound"})
        assert files.json()["ways"]["film"]["bytes"] > 0
        assert colleague.name not in page.content.decode()
        assert list(HowToOpening.objects.values_list("person", flat=True)) == [colleague.pk]
        assert (foreign.status_code, not_out.status_code) == (404, 404)

    def test_hears_what_became_of_each_in_as_many_queries_however_many(
        self,
        browser_of: Browser,
        asset: Asset,
        owner: Person,
        colleague: Person,
        curator: Person,
        outsider: Person,
    ) -> None:
        howto = howto_of(asset, owner, colleague, curator)
        browser = browser_of(colleague)
        kept = (howto.pk, 1, along(browser, howto).json()["mark"])

        def queries(count: int) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert states(browser, *[kept] * count) == [("current", "")] * count
            return len(captured)

        assert queries(1) == queries(20)
        assert states(browser_of(outsider), kept)[0][0] == "gone"
        assert states(browser, (uuid7(), 1, ""), (howto.pk, 7, ""))[1][0] == "gone"

        correct(howto, curator, Severity.WRONG)
        assert states(browser, kept) == [("changed", "")]
        correct(howto, curator, Severity.UNSAFE)
        state, said = states(browser, kept)[0]
        assert state == "unsafe"
        assert "Bleed it first." in said
        assert along(browser, howto).status_code == 404


def keep_on(tab: Tab, address: str, *, way: str = "film") -> str:
    """Keep the how-to that stands there in this way; return what was said before of how much it is."""
    tab.show(address)
    tab.wait_for("() => navigator.serviceWorker.controller !== null")
    tab.tap('[data-keep] [data-part="offer"]')
    tab.wait_until_shown(f'[data-way="{way}"]')
    offered = tab.text_of(f'[data-way="{way}"]')
    tab.tap(f'[data-way="{way}"]')
    tab.wait_until_shown('[data-state="kept"]')
    return offered


def megabytes_in(offered: str) -> float:
    return float(offered.split()[-2])


def caption_while_it_plays(tab: Tab) -> str:
    """Play the film of the page, and return what it says below the picture after four seconds."""
    tab.run("() => document.querySelector('video').play()")
    tab.wait_for("() => document.querySelector('video').currentTime > 4.2")
    tab.wait_for("() => document.querySelector('video').textTracks[0].activeCues?.length")
    said: str = tab.run("() => document.querySelector('video').textTracks[0].activeCues[0].text")
    return said


@pytest.fixture
def with_film(films: Footage, arrive: Arrive, asset: Asset, curator: Person, colleague: Person) -> HowTo:
    """A released how-to whose step shows a film of eight seconds, with a caption all the time."""
    film = arrive(films.wide)
    film.render.finish()
    film.render.caption(TimedCue(0, 8_000, "Close the valve", 0.9))
    return filmed_howto(film, asset, colleague, curator)


@pytest.mark.slow
class TestKeptOnAPhone:
    def test_plays_without_a_line_and_is_taken_away_when_it_is_unsafe(
        self, chromium: Chromium, origin: str, with_film: HowTo, curator: Person, colleague: Person
    ) -> None:
        with phone_of(colleague, chromium, origin) as phone:
            tab = phone.open_tab()
            offered = keep_on(tab, f"{origin}/howtos/{with_film.pk}")
            phone.lose_network()
            tab.show(f"{origin}/howtos/{with_film.pk}")
            shown, caption = tab.address, caption_while_it_plays(tab)

            correct(with_film, curator, Severity.UNSAFE)
            phone.lose_network(is_lost=False)
            tab.wait_for("() => location.pathname === '/kept'")
            tab.wait_until_shown("#taken-away .notice")
            why = tab.text_of("#taken-away")
            left = tab.run(KEPT_PATHS)
            tab.show(f"{origin}/menu")
            tab.wait_until_shown("[data-kept-notice]")

            tab.tap('main form[action="/sign-out"] button')
            tab.wait_for("() => location.pathname === '/sign-in'")
            tab.wait_for_promise("async () => !(await caches.keys()).some((name) => name.startsWith('kept-'))")

        assert "MB" in offered
        assert shown == f"{origin}/kept/{with_film.pk}"
        assert caption == "Close the valve"
        assert "Bleed it first." in why
        assert left == [f"/kept/{with_film.pk}/facts"]
        assert not [told for told in tab.complaints if "Content Security Policy" in told]

    def test_plays_a_small_film_from_where_its_step_begins(
        self, chromium: Chromium, origin: str, with_film: HowTo, colleague: Person
    ) -> None:
        with phone_of(colleague, chromium, origin) as phone:
            tab = phone.open_tab()
            offered = keep_on(tab, f"{origin}/howtos/{with_film.pk}", way="small")
            in_full = tab.run("() => document.querySelector('[data-way=film]').textContent")
            tab.wait_for_promise(OLDER_RELEASE)
            tab.show(f"{origin}/kept/{with_film.pk}")
            looks_with_a_line = tab.run(ITS_LOOKS)
            phone.lose_network()
            tab.show(f"{origin}/howtos/{with_film.pk}")
            shown, looks, barriers = tab.address, tab.run(ITS_LOOKS), violations(tab)
            tab.tap("[data-streams] button")
            caption = caption_while_it_plays(tab)
            tab.wait_for("() => document.querySelector('video').paused")
            picture = tab.run(PICTURE)

        assert shown == f"{origin}/kept/{with_film.pk}"
        assert caption == "Close the valve"
        assert (looks_with_a_line, looks) == ("older", "older")
        assert barriers == []
        assert megabytes_in(offered) < megabytes_in(in_full)
        assert picture[0] == 240
        assert 5 <= picture[1] < 5.8
        # What looks for a line finds none, and Chromium says so; nothing else is amiss.
        assert [told for told in tab.complaints if "ERR_INTERNET_DISCONNECTED" not in told] == []


OLDER_RELEASE = """async () => {
  const name = (await caches.keys()).find((name) => name.startsWith("kept-"));
  const shelf = await caches.open(name);
  const key = (await shelf.keys()).find(({ url }) => url.endsWith("/saved.css"));
  await shelf.put(key, new Response(":root { --release: older }", { headers: { "Content-Type": "text/css" } }));
  return true;
}"""
ITS_LOOKS = "() => getComputedStyle(document.documentElement).getPropertyValue('--release').trim()"
PICTURE = "() => { const video = document.querySelector('video'); return [video.videoHeight, video.currentTime]; }"
KEPT_PATHS = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("kept-"));
  const shelves = await Promise.all(names.map((name) => caches.open(name)));
  const keys = await Promise.all(shelves.map((shelf) => shelf.keys()));
  return keys.flat().map(({ url }) => new URL(url).pathname);
}"""
