"""The clip of a question, played on its page while the rest of it is still being rendered."""

from __future__ import annotations

from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.operations import Question, ask
from tests.web.browser import Chromium
from tests.web.conftest import Arrive, Footage
from tests.web.pages.phones import phone_of

STANDS_AT = "() => document.querySelector('#question video').currentTime"


def test_begins_at_its_beginning_and_goes_on_to_its_end_although_it_was_gone_for_a_moment(
    chromium: Chromium, origin: str, arrive: Arrive, films: Footage, owner: Person, asset: Asset
) -> None:
    film = arrive(films.wide)
    question = Question(asset_id=asset.pk, title="It rattles", clip_id=film.clip.pk)
    thread = ask(actor=owner.actor, thread_id=uuid7(), question=question, now=timezone.now()).thread
    film.render.publish(until_s=6)
    with phone_of(owner, chromium, origin) as phone:
        phone.refuse("**/media/*/master.m3u8", status=404, times=1)  # as if it were rendered anew right now
        tab = phone.open_tab()
        tab.show(f"{origin}/threads/{thread.pk}")
        tab.tap('role=button[name="Play: It rattles"]')
        tab.wait_for("() => document.querySelector('#question video').currentTime > 0")
        begun_at_s = tab.run(STANDS_AT)
        film.render.finish()
        tab.wait_for("() => document.querySelector('#question video').ended")

        assert begun_at_s < 2
        assert tab.run(STANDS_AT) > 7.5
        assert all("404" in complaint for complaint in tab.complaints)
