"""
The story of design.md by what three people do in their browsers: filmed, cut off, answered, tried, written down, found.

Nothing is called from inside: the whole stack runs as `make run` starts it, and the test looks behind the pages only to
ask the server what it has, and FCM what it was sent.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.demo.sign_ins import PASSWORD, address_of
from tests.web.browser import Chromium, NoBrowser, running_chromium
from tests.web.pages.story.camera import HEIGHT_PX, WIDTH_PX, Camera
from tests.web.pages.story.curator import Curator
from tests.web.pages.story.hand import Hand
from tests.web.pages.story.pictures import put_side_by_side, take_picture
from tests.web.pages.story.running import Cuppa, running_cuppa
from tests.web.pages.story.technician import Technician

_FILMS = Path(__file__).resolve().parents[3] / "backend" / "demo" / "clips"
ASKER, CURATOR = "Asha Patel", "Sam Whitlock"
QUESTION = "Chiller will not start, display shows E4"
ANSWER = "It is the flow switch: dirt holds the paddle back. Clean it, then hold reset for five seconds."


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_a_fault_is_filmed_answered_tried_and_found_by_the_next(tmp_path: Path) -> None:
    camera = Camera(tmp_path)
    try:
        with running_chromium(*camera.switches) as chromium, running_cuppa() as cuppa:
            play_the_story(cuppa, chromium, camera)
    except NoBrowser as why:
        pytest.skip(str(why))


def play_the_story(cuppa: Cuppa, chromium: Chromium, camera: Camera) -> None:
    with (
        chromium.profile(is_phone=True) as asha_phone,
        chromium.profile(is_phone=True, is_dark=True) as peer_phone,
        chromium.profile(is_phone=True) as newcomer_phone,
        chromium.profile(width_px=1280, height_px=800) as desk,
    ):
        sam, asha = Curator(desk, origin=cuppa.url), Technician(asha_phone, origin=cuppa.url)
        sam.sign_in(address_of(CURATOR), PASSWORD)
        asha.sign_in_by_link(sam.link_for(ASKER))
        ask(asha, camera)
        lose_the_line_half_way(asha, cuppa)
        peer = answer(Technician(peer_phone, origin=cuppa.url), asha, cuppa, camera)
        try_it(asha, camera, peer)
        moment = write_it_down(sam)
        newcomer = Technician(newcomer_phone, origin=cuppa.url)
        invitation = sam.invite("Nia Obi", email="nia@northgate.example", job_title="Apprentice", site="Leeds General")
        newcomer.sign_in_by_link(invitation)
        find_it(newcomer, moment)
        put_side_by_side(("ask", "cut-off", "waiting", "asked"), name="story")

    assert [complaints_of(one) for one in (sam, asha, newcomer)] == [[], [], []]


def complaints_of(person: Hand) -> list[str]:
    """Return what the browser complained of; that a search was left before its answer came is none."""
    left = ("htmx:sendAbort", "htmx:afterRequest")
    return [told for told in person.tab.complaints if not told.startswith(left)]


def ask(asha: Technician, camera: Camera) -> None:
    """Film the fault and ask."""
    camera.point_at(_FILMS / "ask.mp4", until_s=14.5)
    asha.press_film_a_fault()
    asha.write_search("Tag, make, model or kind of machine", "AC-350")
    asha.follow("CHL-A")
    asha.film(until_s=14)
    take_picture(asha.tab, "ask")
    asha.write("What is wrong?", QUESTION)
    asha.write_code("Code on the display", "E4")
    asha.phone.slow_down("**/api/v1/uploads/*", seconds=0.4)
    asha.press("Ask")
    asha.wait_for_the_clock()


def lose_the_line_half_way(asha: Technician, cuppa: Cuppa) -> None:
    """Lose the line while the clip is sent, close the page, and find it safe in another one."""
    clip_id = asha.clip_id()
    asha.wait_until_sent(percent=30)
    asha.phone.lose_network()
    asha.wait_to_read("Waits for a connection")
    take_picture(asha.tab, "cut-off")
    cut_at, is_safe_when_cut = cuppa.stored_bytes(clip_id), cuppa.is_verified(clip_id)
    asha.close_the_page()
    asha.phone.lose_network(is_lost=False)
    asha.open_again("/")
    asha.wait_until_safe()
    is_safe_when_said = cuppa.is_verified(clip_id)
    take_picture(asha.tab, "safe")
    asha.press("OK")
    asha.follow(QUESTION)

    whole = cuppa.stored_bytes(clip_id)
    assert (is_safe_when_cut, is_safe_when_said) == (False, True)
    assert len(cut_at) == len(whole) == 1  # the same upload: it takes bytes only from where it stands
    assert 0 < cut_at[0] < whole[0]


def answer(peer: Technician, asha: Technician, cuppa: Cuppa, camera: Camera) -> str:
    """Answer the push, by words and a film; the asker sees all of it without touching the page. Return the name."""
    camera.point_at(_FILMS / "try.mp4", until_s=12)
    pushed = cuppa.wait_for_pushes("ask")[-1]
    peer.sign_in(address_of(pushed.owner), PASSWORD)
    peer.go_to(f"/threads/{pushed.data['thread_id']}")
    peer.wait_for_film(QUESTION)
    asked = peer.watch(QUESTION)
    asha.wait_to_read("has seen it")
    peer.press("I'm on it")
    peer.wait_to_read("You are on it")
    asha.wait_to_read("is recording an answer.")
    take_picture(asha.tab, "waiting", of="#clock")
    take_picture(peer.tab, "asked", of="#own-ask")
    peer.write("Your answer", ANSWER)
    peer.film(until_s=11)
    peer.press("Send the answer")
    asha.wait_to_read(ANSWER)
    peer.wait_until_safe()
    asha.wait_for_film(pushed.owner)
    answered = asha.watch(pushed.owner)

    # Whichever rendition the line is good for, it stands upright as it was filmed.
    assert asked["height_px"] / asked["width_px"] == pytest.approx(HEIGHT_PX / WIDTH_PX, rel=0.02)
    assert asked["duration_s"] == pytest.approx(14.5, abs=3)
    assert asked["contrast"] > 60
    assert answered["contrast"] > 60
    assert peer.tab.complaints == []
    return pushed.owner


def try_it(asha: Technician, camera: Camera, peer: str) -> None:
    """Try what the peer said, film it, and say that it is fixed, in how many minutes and by which part."""
    camera.point_at(_FILMS / "try.mp4", until_s=24)
    asha.unfold("Try this")
    asha.film(until_s=23)
    asha.press("Start")
    asha.wait_to_read("You are trying it")
    asha.tick("Fixed it")
    asha.write_number("Minutes it took", "21")
    asha.write("Parts used", "Flow switch FS-7")
    asha.write("What was the cause?", "Dirt held the paddle of the flow switch back")
    take_picture(asha.tab, "outcome", of="#own-try")
    asha.press("Record it")
    asha.wait_to_read("What it was")
    asha.wait_until_safe()
    asha.wait_for_film(ASKER)
    take_picture(asha.tab, "solved", of="#solution")

    assert asha.reads("1 try, 1 fixed")
    assert asha.reads("21 min")


def write_it_down(sam: Curator) -> tuple[float, float]:
    """Find the solved thread on the wall; edit and release what came of it. Return the moment of its first step."""
    sam.go_to("/desk/threads")
    take_picture(sam.tab, "wall")
    sam.follow(QUESTION)
    take_picture(sam.tab, "thread")
    sam.open_what_came_of_it()
    sam.follow("Edit it")
    sam.cut(1, film=f"by {ASKER}", first=1, last=2)
    moment = sam.seconds_of(1)
    sam.write("Hazards", "Turn the power off and lock it first.")
    take_picture(sam.tab, "edit")
    sam.press("Save")
    sam.press("Ask for a review")
    sam.go_to("/desk/review")
    sam.follow(QUESTION)
    sam.press("Release it to everybody")
    sam.wait_to_read("Released")
    take_picture(sam.tab, "how-to")

    assert moment[0] < moment[1]
    return moment


def find_it(newcomer: Technician, moment: tuple[float, float]) -> None:
    """Search for the same symptom: the how-to comes first, and plays at the second that matters."""
    first = newcomer.search("E4 chiller dead")
    take_picture(newcomer.tab, "found")
    newcomer.open_first_hit()
    newcomer.press("Play step 1")
    watched = newcomer.watched("Step 1")
    take_picture(newcomer.tab, "how-to-phone")

    assert QUESTION in first
    assert "How-to" in first
    assert moment[0] <= watched["at_s"] < moment[1] + 1
    assert watched["contrast"] > 60
