"""Signing in and the people, in Chromium: on a phone and at a desk, judged by axe, within the budget."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from tests import cast
from tests.web.axe import violations
from tests.web.browser import Chromium, Tab

PATHS = ("/people", "/people/invite", "/people/invite/list", "/people/duty", "/my/devices", "/menu")
BUDGET_BYTES = 150_000
WEIGHT = """() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
    .map((one) => [one.name, one.transferSize])"""


@pytest.fixture
def supervisor(transactional_db: None) -> Person:
    return cast.new_person(cast.new_site(cast.new_organisation()), "Sam Supervisor", Role.SUPERVISOR)


def sign_in(tab: Tab, origin: str, person: Person) -> None:
    tab.show(f"{origin}/sign-in")
    fill = """([email, password]) => {
        document.getElementById('id_email').value = email;
        document.getElementById('id_password').value = password;
        document.querySelector('form[action="/sign-in"]').requestSubmit();
    }"""
    tab.run(fill, [person.email, cast.PASSWORD])
    tab.wait_for("() => location.pathname === '/'")


@pytest.mark.parametrize("width_px", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_pages_of_people_are_accessible_light_and_break_no_policy(
    chromium: Chromium, origin: str, supervisor: Person, width_px: int
) -> None:
    shots = os.environ.get("CUPPA_SHOTS")
    with chromium.tab(width_px=width_px, height_px=800) as tab:
        tab.show(f"{origin}/sign-in")
        found = {"/sign-in": violations(tab)}
        loaded = tab.run(WEIGHT)
        sign_in(tab, origin, supervisor)
        for path in (*PATHS, f"/people/{supervisor.pk}"):
            tab.show(f"{origin}{path}")
            found[path] = violations(tab)
            assert tab.run("() => document.documentElement.scrollWidth <= innerWidth"), path
            if shots:
                tab.take_picture(Path(shots) / f"people-{width_px}-{path.strip('/').replace('/', '-')[:20]}.png")

        assert {path: wrong for path, wrong in found.items() if wrong} == {}
        assert all(name.startswith(origin) for name, _ in loaded)
        assert sum(size for _, size in loaded) < BUDGET_BYTES
        assert tab.complaints == []
