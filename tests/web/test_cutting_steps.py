"""A curator cuts a step's moment by tapping on what is said, with a mouse or with keys alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Cue
from backend.domain.equipment.models import Asset
from backend.domain.howtos.models import HowTo, Step
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.states import TryOutcome
from tests import cast
from tests.api.world import answer_and_try, ask_about
from tests.web.browser import Chromium, Tab

SAID = ("First I close both valves.", "Then the strainer comes out.", "It is full of scale.", "I rinse it.")


@pytest.fixture
def howto(origin: str, asset: Asset, owner: Person, colleague: Person) -> HowTo:
    attempt = answer_and_try(ask_about(asset, owner), colleague, TryOutcome.FIXED)[1]
    howto = draft_from_thread(organisation_id=owner.organisation_id, thread_id=attempt.thread_id, now=cast.NOW)
    assert howto is not None
    assert attempt.clip is not None
    for place, text in enumerate(SAID):
        Cue.objects.create(
            organisation_id=owner.organisation_id,
            clip=attempt.clip,
            position=place,
            start_ms=place * 3_000,
            end_ms=place * 3_000 + 2_500,
            text=text,
            confidence=1,
            language="en",
            engine="test",
        )
    Step.objects.all().delete()
    return howto


@pytest.fixture
def desk(chromium: Chromium, origin: str, curator: Person) -> Iterator[Tab]:
    """The curator's browser, at a desk."""
    with chromium.profile(width_px=1280, height_px=800) as profile:
        profile.keep_cookie(settings.SESSION_COOKIE_NAME, cast.session_token(curator), address=origin)
        yield profile.open_tab()


def test_the_first_tap_is_its_beginning_and_the_second_its_end(
    desk: Tab, origin: str, howto: HowTo, curator: Person
) -> None:
    desk.show(f"{origin}/howtos/{howto.pk}/edit")
    desk.write("#id_steps-0-text", "Take the strainer out")

    desk.tap("[data-cut-clip]:nth-child(1) >> nth=1")
    hint = desk.text_of("#cut-hint")
    desk.run("() => document.querySelectorAll('[data-cut-clip]')[2].focus()")
    desk.press("Enter")
    pressed = desk.run("() => [...document.querySelectorAll('[data-cut-clip]')].map(cue => cue.ariaPressed)")
    desk.tap("#draft .actions .button")
    desk.wait_until_shown(".howto")

    step = Step.objects.get()
    assert hint == "Now tap on where it ends."
    assert pressed == ["false", "true", "true", "false"]
    assert (step.text, step.start_ms, step.end_ms) == ("Take the strainer out", 3_000, 8_500)
    assert not [told for told in desk.complaints if "Content Security Policy" in told]


def test_a_step_is_moved_by_keys_alone_and_keeps_the_focus(desk: Tab, origin: str, howto: HowTo) -> None:
    desk.show(f"{origin}/howtos/{howto.pk}/edit")
    desk.write("#id_steps-0-text", "Rinse it")
    desk.write("#id_steps-1-text", "Take the strainer out")

    desk.run("() => document.querySelector('[data-move=down]').focus()")
    desk.press("Enter")
    said = desk.text_of("#moved")
    is_focused = desk.run("() => document.activeElement.closest('[data-step]').querySelector('textarea').value")
    legends = desk.run("() => [...document.querySelectorAll('legend')].slice(0, 2).map((one) => one.textContent)")
    desk.tap("#draft .actions .button")
    desk.wait_until_shown(".howto")

    assert said == "It is step 2 now."
    assert is_focused == "Rinse it"
    assert legends == ["Step 1", "Step 2"]
    assert list(Step.objects.order_by("position").values_list("text", flat=True)) == [
        "Take the strainer out",
        "Rinse it",
    ]
