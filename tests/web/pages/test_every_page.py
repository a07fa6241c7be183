"""Every page that there is, walked from the list of addresses: its marks, and in Chromium what axe and keys tell."""

from __future__ import annotations

import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from tests import cast
from tests.api.world import ask_about, one_of_everything
from tests.web.browser import Chromium, Tab
from tests.web.pages.conftest import Browser
from tests.web.pages.quality.addresses import list_pages
from tests.web.pages.quality.looking import (
    Look,
    complaints_of,
    mistakes_of,
    mistakes_of_keys,
    mistakes_of_large_text,
    mistakes_on_paper,
)
from tests.web.pages.quality.markup import read

log = logging.getLogger(__name__)

World = dict[str, object]

LONG = "Verdampfungskühlerzirkulationspumpenüberlastschutz trips again and again, whatever is done about it, since May"
PHONE, DESK = Look(360), Look(1280)
DARK_PHONE, DARK_DESK = Look(360, is_dark=True), Look(1280, is_dark=True)
ALWAYS = ("/sign-in", "/ask?asset={asset_id}", "/threads/{thread_id}", "/howtos/{howto_id}")
_ID = re.compile(r"[0-9a-f]{8}-[-0-9a-f]{27}")
NEVER_THERE = "/there-is-no-such-page"


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sam Supervisor", Role.SUPERVISOR)


@pytest.fixture
def world(asset: Asset, owner: Person, colleague: Person, supervisor: Person) -> World:
    ask_about(asset, owner, LONG)
    return one_of_everything(asset, owner, colleague)


def addresses(world: World) -> list[str]:
    return [*chain.from_iterable(page.examples(world) for page in list_pages()), NEVER_THERE]


class TestMarks:
    @pytest.mark.django_db
    def test_of_every_page_hold_one_heading_a_title_named_fields_and_nothing_that_the_policy_refuses(
        self, browser_of: Browser, world: World, owner: Person, supervisor: Person
    ) -> None:
        found: dict[str, list[str]] = {}
        titles: dict[str, set[str]] = defaultdict(set)
        opened = set()
        for whose, person in {"nobody's": None, "the technician's": owner, "the supervisor's": supervisor}.items():
            browser = browser_of(person)
            for address in addresses(world):
                answer = browser.get(address)
                assert answer.status_code in {200, 302, 403, 404, 410}, (whose, address)
                if answer.status_code == 302:
                    continue
                page = read(answer.content.decode())
                if wrong := page.finish():
                    found[f"{whose} {address}"] = wrong
                if answer.status_code == 200 and "?" not in address:
                    titles[page.title].add(address)
                if answer.status_code == 200 and person is None:
                    opened.add(address)

        assert found == {}
        assert opened == {
            "/sign-in",
            "/signed-out",
            "/offline",
            "/ask/kept",
            "/kept/page",
        }  # all other pages lead to signing in
        shared = {title: those for title, those in titles.items() if len(those) > 1}
        # A thread and its how-to may be called the same by people; no page of ours is called as another.
        assert {title: those for title, those in shared.items() if any(not _ID.search(one) for one in those)} == {}
        assert all(re.fullmatch(r"\S.* – Cuppa", title) for title in titles), titles


@contextmanager
def signed_in(chromium: Chromium, origin: str, person: Person | None) -> Iterator[Tab]:
    """Give a tab of a browser in which `person` is signed in, that keeps no shell: each page comes from the server."""
    with chromium.profile() as profile:
        if person is not None:
            profile.keep_cookie(settings.SESSION_COOKIE_NAME, cast.session_token(person), address=origin)
        yield profile.open_tab()


def walk(tab: Tab, origin: str, address: str, looks: tuple[Look, ...]) -> list[str]:
    """Return everything that is wrong with one page, in each look. Pictures go where `CUPPA_SHOTS` says."""
    tab.show(f"{origin}{address}")
    found = []
    for look in looks:
        found += [f"{look}: {one}" for one in mistakes_of(tab, look)]
        if shots := os.environ.get("CUPPA_SHOTS"):
            name = _ID.sub("x", address).strip("/").replace("/", "-").replace("?", "-")
            tab.take_picture(
                Path(shots) / f"{name or 'home'}-{look.width_px}{'-dark' if look.is_dark else ''}.png", is_whole=True
            )
    found += mistakes_of_large_text(tab) + mistakes_on_paper(tab)
    found += mistakes_of_keys(tab) + complaints_of(tab)
    for one in found:
        log.warning("%s: %s", address, one)  # as they come: a walk may be cut short
    return found


class TestInABrowser:
    def test_the_pages_of_the_story_are_judged(
        self, chromium: Chromium, origin: str, world: World, supervisor: Person
    ) -> None:
        with signed_in(chromium, origin, supervisor) as tab:
            found = {path: walk(tab, origin, path.format_map(world), (PHONE,)) for path in ALWAYS}

        assert {path: wrong for path, wrong in found.items() if wrong} == {}

    @pytest.mark.slow
    @pytest.mark.timeout(1800)
    @pytest.mark.parametrize("whose", ["the supervisor's", "the technician's", "nobody's"])
    def test_every_page_is_judged(
        self, chromium: Chromium, origin: str, world: World, owner: Person, supervisor: Person, whose: str
    ) -> None:
        person = {"the supervisor's": supervisor, "the technician's": owner, "nobody's": None}[whose]
        looks = (
            (PHONE, DARK_PHONE, DESK, DARK_DESK) if person is supervisor else (PHONE,)
        )  # they see nearly all there is
        walked = (
            addresses(world)
            if person
            else ["/sign-in", "/sign-in/no-such-link", "/signed-out", "/offline", NEVER_THERE]
        )
        with signed_in(chromium, origin, person) as tab:
            found = {path: walk(tab, origin, path, looks) for path in walked}

        assert {path: wrong for path, wrong in found.items() if wrong} == {}
