"""Two people on one thread, each in a browser: what the peer does, the asker sees without touching the page."""

from __future__ import annotations

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Try
from tests.api.world import ask_about, fire_first_wave
from tests.live.watcher import wait_until_told
from tests.web.browser import Chromium
from tests.web.pages.phones import phone_of

_LOOKED_AT = """(isLookedAt) => {
  Object.defineProperty(document, "hidden", { value: !isLookedAt, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""  # a browser without a screen shows all of its tabs
_TIMES_FETCHED_AGAIN = (
    "() => performance.getEntriesByType('resource').filter((one) => one.name === location.href).length"
)


def asked(origin: str, owner: Person, colleague: Person, asset: Asset) -> str:
    """Let the owner ask, and the colleague be asked; return the address of the thread's page."""
    thread = ask_about(asset, owner)
    fire_first_wave(thread, colleague, asset)
    return f"{origin}/threads/{thread.pk}"


class TestLiveThread:
    def test_shows_the_claim_and_once_it_is_looked_at_the_answer_and_leaves_alone_what_is_being_typed(
        self, chromium: Chromium, origin: str, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        address = asked(origin, owner, colleague, asset)
        with phone_of(owner, chromium, origin) as askers, phone_of(colleague, chromium, origin) as peers:
            asker, peer = askers.open_tab(), peers.open_tab()
            asker.show(address)
            asker.wait_until_shown("#thread[data-live=yes]")
            asker.write("#comment-text", "I am on the roof")
            peer.show(address)
            peer.tap("#own-ask [value=claimed]")
            asker.wait_until_shown("#clock .notice")
            claim = asker.text_of("#clock .notice")
            asker.run(_LOOKED_AT, False)
            held_while_hidden = asker.is_shown("#thread[data-live=yes]")
            peer.write("#answer-text", "Bleed the air.")
            peer.tap("#answer .actions button")
            peer.wait_until_shown(".suggestion .said")
            shown_while_hidden = asker.is_shown(".suggestion .said")
            asker.run(_LOOKED_AT, True)
            asker.wait_until_shown(".suggestion .said")
            answer = asker.text_of(".suggestion .said")
            typed = asker.run("() => document.getElementById('comment-text').value")
            asker.tap("details.try > summary")
            asker.tap("details.try .actions button")
            peer.wait_for("() => /Being tried/.test(document.getElementById('head').innerText)")

        assert claim == "Colin Colleague, HVAC technician, is recording an answer."
        assert not held_while_hidden
        assert not shown_while_hidden
        assert answer == "Bleed the air."
        assert typed == "I am on the roof"
        assert Try.objects.get().person_id == owner.pk
        assert asker.complaints == peer.complaints == []

    def test_is_fetched_again_for_what_happened_before_the_stream_began_and_for_nothing_else(
        self, chromium: Chromium, origin: str, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        address = asked(origin, owner, colleague, asset)
        with phone_of(owner, chromium, origin) as askers, phone_of(colleague, chromium, origin) as peers:
            asker, peer = askers.open_tab(), peers.open_tab()
            peer.show(address)  # has seen it: that is told before the asker comes
            peer.wait_until_quiet()
            wait_until_told()
            asker.show(address)
            asker.wait_until_shown("#thread[data-live=yes]")
            asker.wait_until_quiet()
            fetched = asker.run(_TIMES_FETCHED_AGAIN)
            askers.slow_down("**/events-ticket", seconds=3)
            asker.show(address)
            peer.tap("#own-ask [value=claimed]")
            was_live = asker.is_shown("#thread[data-live=yes]")
            asker.wait_until_shown("#clock .notice")
            fetched_then = asker.run(_TIMES_FETCHED_AGAIN)

        assert fetched == 0
        assert not was_live
        assert fetched_then == 1
