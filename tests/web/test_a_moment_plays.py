"""A step plays its own moment of a real film, and the bar below the film shows and finds any second of it."""

from __future__ import annotations

import pytest
from django.conf import settings

from api_schema.media_jobs import TimedCue
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.howtos.models import HowTo, HowToVersion, Step
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.states import TryOutcome
from backend.domain.watching.models import WatchCount
from tests import cast
from tests.api.world import answer_and_try, ask_about
from tests.live.watcher import wait_until
from tests.web.browser import Chromium
from tests.web.conftest import Arrive, Film, Footage
from tests.web.pages.test_howto_pages import put_out


def filmed_howto(film: Film, asset: Asset, colleague: Person, curator: Person) -> HowTo:
    """Return a how-to that is out, with one step: the fifth second of the film."""
    thread = ask_about(asset, film.author)
    answer_and_try(thread, colleague, TryOutcome.FIXED)
    howto = draft_from_thread(organisation_id=curator.organisation_id, thread_id=thread.pk, now=cast.NOW)
    assert howto is not None
    Step.objects.all().delete()
    moment = {"clip": film.clip, "start_ms": 4_000, "end_ms": 5_000}
    version = HowToVersion.objects.get()
    Step.objects.create(organisation_id=curator.organisation_id, version=version, position=1, text="Open it", **moment)
    put_out(howto, curator)
    return howto


@pytest.mark.slow
def test_from_its_beginning_to_its_end_and_then_to_where_the_bar_is_set(
    chromium: Chromium, origin: str, films: Footage, arrive: Arrive, asset: Asset, curator: Person, colleague: Person
) -> None:
    film = arrive(films.wide)
    film.render.finish()
    film.render.caption(TimedCue(0, 2_000, "Close the valve", 0.9), TimedCue(4_000, 6_000, "Open it again", 0.9))
    howto = filmed_howto(film, asset, colleague, curator)

    with chromium.profile(width_px=1280, height_px=800) as profile:
        profile.keep_cookie(settings.SESSION_COOKIE_NAME, cast.session_token(curator), address=origin)
        tab = profile.open_tab()
        tab.show(f"{origin}/howtos/{howto.pk}?clip={film.clip.pk}&at=4")
        is_asked = tab.run("() => document.querySelector('#step-1').classList.contains('is-asked')")
        tab.tap("[data-play]")
        tab.wait_for("() => { const v = document.querySelector('video'); return v.paused && v.currentTime >= 5 }")
        stopped_at = tab.run("() => document.querySelector('video').currentTime")
        tab.wait_for("() => document.querySelector('.scrub input')?.max > 7")
        tab.run(
            "() => { const bar = document.querySelector('.scrub input'); bar.value = 2;"
            " bar.dispatchEvent(new Event('input')) }"
        )
        tile = tab.run("() => { const t = document.querySelector('.tile'); return [t.hidden, t.clientWidth] }")
        tab.run("() => document.querySelector('.scrub input').dispatchEvent(new Event('change'))")
        tab.wait_for("() => Math.abs(document.querySelector('video').currentTime - 2) < 0.1")
        tab.show(f"{origin}/howtos/{howto.pk}/watching")  # the page that is left says how far it was played
        tab.wait_until_shown(".blank")
        wait_until(WatchCount.objects.filter(tenth=9).exists, lambda: "nothing was counted")

    assert list(WatchCount.objects.order_by("tenth").values_list("step_position", "tenth", "viewings_count")) == [
        (1, tenth, 1) for tenth in range(10)
    ]
    assert is_asked
    assert 5 <= stopped_at < 5.8
    assert tile == [False, 160]
    assert not [told for told in tab.complaints if "Content Security Policy" in told]
