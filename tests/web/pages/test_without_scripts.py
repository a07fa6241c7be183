"""A browser that runs no scripts, or one whose scripts did not arrive: it reads, asks, answers and says how it went."""

from __future__ import annotations

import pytest

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from tests import cast
from tests.web.browser import Chromium, Tab


def sign_in(tab: Tab, origin: str, person: Person) -> None:
    tab.show(f"{origin}/sign-in")
    tab.write("#id_email", person.email)
    tab.write("#id_password", cast.PASSWORD)
    tab.tap("main button")


def ask(tab: Tab, origin: str, asset: Asset, title: str) -> str:
    """Find the machine, send the form too early, mend it and send it; return what was wrong."""
    tab.show(f"{origin}/ask")
    tab.write("[name=q]", "zephr")
    tab.press("Enter")
    tab.tap(f"a[href*='{asset.pk}']")
    tab.tap("#ask-form .actions button")
    mistake = tab.text_of("#id_title_error")
    tab.write("#id_title", title)
    tab.tap("#ask-form .actions button")
    tab.wait_until_shown("#thread")
    return mistake


@pytest.mark.slow
def test_a_fault_is_asked_answered_tried_and_fixed(
    chromium: Chromium, origin: str, owner: Person, colleague: Person, asset: Asset
) -> None:
    with chromium.profile(runs_scripts=False) as askers, chromium.profile(runs_scripts=False) as peers:
        asker, peer = askers.open_tab(), peers.open_tab()
        sign_in(asker, origin, owner)
        sign_in(peer, origin, colleague)

        mistake = ask(asker, origin, asset, "It trips on start")
        thread = Thread.objects.get()

        peer.show(f"{origin}/threads/{thread.pk}")
        peer.write("#answer-text", "Bleed the air.")
        peer.tap("#answer .actions button")
        peer.wait_until_shown(".suggestion .said")

        asker.show(f"{origin}/threads/{thread.pk}")
        asker.tap("details.try > summary")
        asker.tap("details.try .actions button")
        asker.tap("[name=outcome][value=fixed]")
        asker.tap("#own-try .actions button")
        asker.wait_until_shown(".solved")
        shown = [asker.is_shown(one) for one in (".picker", "[data-tray]", "#offline-notice", "#problem")]
        asker.show(f"{origin}/search?q=trips")
        found = asker.text_of("main")
        asker.tap(".places.first a[href='/menu']")
        asker.tap("form[action='/sign-out'] button >> visible=true")
        asker.wait_until_shown("#id_email")

    thread.refresh_from_db()
    assert mistake.strip()
    assert (thread.title, thread.status) == ("It trips on start", "fixed")
    assert shown == [False] * 4  # what only a script can do is not offered
    assert "It trips on start" in found
