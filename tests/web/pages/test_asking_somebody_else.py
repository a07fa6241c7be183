"""'Ask somebody else' on a phone: whom one could name stands there, and is looked for by typing."""

from __future__ import annotations

from datetime import time

from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.asking.people import set_availability
from backend.domain.equipment.models import Asset
from tests import cast
from tests.api.world import ask_about, fire_first_wave
from tests.web.axe import violations
from tests.web.browser import Chromium
from tests.web.pages.phones import phone_of


def test_finds_a_colleague_while_their_name_is_typed_and_asks_them_with_a_tap(
    chromium: Chromium, origin: str, owner: Person, colleague: Person, asset: Asset
) -> None:
    bea = cast.new_person(cast.new_site(owner.organisation, "Harrogate"), "Bea Named")
    set_availability(actor=bea.actor, week_days=tuple(range(1, 8)), shift_starts=time(0), shift_ends=time(23, 59))
    thread = ask_about(asset, owner)
    fire_first_wave(thread, colleague, asset)
    with phone_of(colleague, chromium, origin) as phone:
        tab = phone.open_tab()
        tab.show(f"{origin}/threads/{thread.pk}")
        tab.tap("summary:has-text('Ask somebody else')")
        tab.write('role=searchbox[name="A name, or what they know"]', "oli")
        tab.wait_until_shown("text=Olive Owner is the one who asks.")
        found_wrong = violations(tab)
        is_wide = tab.run("() => document.documentElement.scrollWidth > innerWidth")
        tab.write('role=searchbox[name="A name, or what they know"]', "bea")
        tab.tap("role=button[name=/^Bea Named/]")
        tab.wait_until_shown("text=Somebody else is asked in your place.")

        assert (found_wrong, is_wide, tab.complaints) == ([], False, [])
    assert Ask.objects.get(person=bea).referred_by_id == colleague.pk
