"""The line is lost, and then the session is over, while somebody types: one tap sends it when both are back."""

from __future__ import annotations

import pytest

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.equipment.models import Asset
from backend.domain.flags.models import Flag
from backend.domain.threads.states import TryOutcome
from tests.api.world import answer_and_try, ask_about
from tests.cast import PASSWORD
from tests.web.browser import Chromium, Tab
from tests.web.pages.phones import phone_of

AGAIN = "#problem button"


def said(tab: Tab, beginning: str) -> str:
    tab.wait_for("(said) => document.getElementById('problem').innerText.startsWith(said)", beginning)
    return tab.text_of("#problem")


@pytest.mark.slow  # test_states.py holds the server's half
def test_what_was_typed_stays_and_is_sent_once_by_a_tap(
    chromium: Chromium, origin: str, owner: Person, colleague: Person, curator: Person, asset: Asset
) -> None:
    suggestion, _ = answer_and_try(ask_about(asset, owner), colleague, TryOutcome.FIXED)
    with phone_of(owner, chromium, origin) as phone:
        tab = phone.open_tab()
        tab.show(f"{origin}/flag/suggestion/{suggestion.pk}")
        tab.tap("[name=kind][value=wrong]")
        tab.write("[name=text]", "The valve is on the left")
        phone.lose_network()
        tab.tap("main form button")
        lost = said(tab, "No line.")
        phone.lose_network(is_lost=False)
        DeviceSession.objects.all().delete()
        tab.tap(AGAIN)
        signed_out = said(tab, "You are signed out.")
        other = phone.open_tab()
        other.show(f"{origin}/sign-in")
        other.write("[name=email]", owner.email)
        other.write("[name=password]", PASSWORD)
        other.tap("main form button")
        other.wait_for("() => location.pathname === '/'")
        assert not Flag.objects.exists()
        typed = tab.run("() => document.querySelector('[name=text]').value")
        tab.tap(AGAIN)
        tab.wait_for("() => !location.pathname.startsWith('/flag/')")

    assert lost == "No line. What you typed is still here.\nTry again"
    assert signed_out.startswith("You are signed out. What you typed is still here.\nSign in")
    assert typed == "The valve is on the left"
    assert Flag.objects.get().text == "The valve is on the left"
