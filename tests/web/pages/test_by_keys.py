"""Asked, answered, tried and fixed without a mouse or a finger: Tab, Enter, Space and arrows."""

from __future__ import annotations

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import TimedCue
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask
from tests import cast
from tests.web.browser import Chromium
from tests.web.conftest import Arrive, Footage
from tests.web.pages.phones import phone_of
from tests.web.pages.quality.keys import Keys


@pytest.mark.slow
def test_a_fault_is_asked_answered_tried_and_fixed(
    chromium: Chromium, origin: str, owner: Person, colleague: Person, asset: Asset
) -> None:
    with phone_of(owner, chromium, origin) as askers, phone_of(colleague, chromium, origin) as peers:
        asker, peer = askers.open_tab(), peers.open_tab()
        hers, his = Keys(asker), Keys(peer)

        asker.show(f"{origin}/ask?asset={asset.pk}")
        hers.write("#id_title", "It trips on start")
        hers.choose("urgency", steps=1)
        hers.press("#ask-form .actions button")
        asker.wait_until_shown("#thread[data-live=yes]")
        thread = Thread.objects.get()

        peer.show(f"{origin}/threads/{thread.pk}")
        his.write("#answer-text", "Bleed the air.")
        his.press("#answer .actions button")
        peer.wait_until_shown(".suggestion .said")

        asker.wait_until_shown(".suggestion .said")
        hers.press("details.try > summary")
        hers.press("details.try .actions button:not([data-part])")
        asker.wait_until_shown("#own-try")
        hers.choose("outcome", steps=0)
        hers.press("#own-try .actions button")
        asker.wait_until_shown(".solved")

    thread.refresh_from_db()
    assert (thread.title, thread.urgency, thread.status) == ("It trips on start", "machine_down", "fixed")
    assert Suggestion.objects.get().text == "Bleed the air."
    assert Try.objects.get().outcome == "fixed"
    assert asker.complaints == peer.complaints == []


@pytest.mark.slow
def test_a_clip_is_played_and_read_and_captions_stay_as_they_were_chosen(
    chromium: Chromium, origin: str, films: Footage, arrive: Arrive, asset: Asset
) -> None:
    film = arrive(films.wide)
    film.render.finish()
    film.render.caption(TimedCue(0, 2_000, "Close the valve", 0.9), TimedCue(4_000, 6_000, "Open it again", 0.9))
    question = Question(asset_id=asset.pk, title="It trips", clip_id=film.clip.pk)
    thread = ask(actor=film.author.actor, thread_id=uuid7(), question=question, now=cast.NOW).thread
    showing = "() => [...document.querySelector('video').textTracks].map((track) => track.mode)"

    with phone_of(film.author, chromium, origin) as phone:
        tab = phone.open_tab()
        keys = Keys(tab)
        tab.show(f"{origin}/threads/{thread.pk}")
        keys.press("[data-play]")
        tab.wait_for("() => document.querySelector('video').currentTime > 0.2")
        focused = tab.run("() => document.activeElement.tagName")
        tab.press("Space")
        tab.wait_for("() => document.querySelector('video').paused")
        at_first = tab.run(showing)
        keys.press("[data-words] > summary")
        tab.wait_until_shown("[data-seek-ms]")
        keys.press("[data-seek-ms='4000']")
        tab.wait_for("() => document.querySelector('video').currentTime >= 4")

        tab.run(
            "() => { document.querySelector('video').textTracks[0].mode = 'disabled' }"
        )  # as the browser's menu does
        tab.wait_for("() => localStorage.getItem('cuppa-captions') === 'off'")
        tab.show(f"{origin}/threads/{thread.pk}")
        keys.press("[data-play]")
        tab.wait_for("() => document.querySelector('video').currentTime > 0.2")
        later = tab.run(showing)

    assert focused == "VIDEO"  # the button it was on is gone, and the focus is not lost with it
    assert at_first == ["showing"]
    assert "showing" not in later
    assert tab.complaints == []
