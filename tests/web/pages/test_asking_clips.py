"""What can go wrong with a clip between the camera and the server: each time a sentence, a way on, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import av
from django.utils import timezone
from pytest_django import Settings

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.clips.states import ClipStatus
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import move_thread
from backend.domain.threads.states import ThreadStatus
from backend.integrations.object_store import object_store
from tests.api.world import ask_about
from tests.media_worker import footage
from tests.web.browser import Chromium, Profile, Tab
from tests.web.pages.phones import phone_of
from tests.web.pages.workers import choose_film, open_controlled, wait_until

SAFE = '[data-tray] [data-state="safe"]'
REFUSED = '[data-tray] [data-state="refused"]'

# Chromium has a quota, but what it is told to have by an order it gives anyway: it is the store that refuses.
NO_ROOM = """() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function refused(...thing) {
        const request = put.apply(this, thing);
        this.transaction.abort();
        return request;
    };
    globalThis.giveRoom = () => { IDBObjectStore.prototype.put = put; };
}"""
# The suite's Chromium says yes to everybody who asks for a camera: it is the answer that is another.
REFUSE = """(name) => {
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); };
}"""

SAID_OF = {"NotAllowedError": "no-microphone", "NotReadableError": "in-use", "NotFoundError": "no-camera"}


def complaint_about(tab: Tab, film: Path) -> str:
    """Return what the page says once `film` was chosen."""
    choose_film(tab, film)
    tab.wait_until_shown("[data-problem]:not([hidden])")
    return tab.text_of("[data-problem]:not([hidden])")


class TestWhatIsNotRecorded:
    def test_says_what_stands_in_the_way_and_keeps_what_was_recorded_before_a_call(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset
    ) -> None:
        with phone_of(owner, chromium, origin) as phone:
            tab = open_controlled(phone, f"{origin}/ask?asset={asset.pk}")
            tab.tap('[data-record="video"]')
            tab.wait_for("() => document.querySelector('[data-part=clock]').textContent >= '0:01'")
            tab.run(
                "() => document.querySelector('[data-part=preview]').srcObject.getTracks()[0]"
                ".dispatchEvent(new Event('ended'))"  # as when a call takes the camera
            )
            tab.wait_until_shown('[data-part="taken"]')
            interrupted = tab.text_of("[data-problem]:not([hidden])")
            tab.tap('[data-part="again"]')
            for name, problem in SAID_OF.items():
                tab.run(REFUSE, name)
                tab.tap('[data-record="voice"]')
                tab.wait_until_shown(f'[data-problem="{problem}"]')
            ways = tab.run("() => !document.querySelector('[data-part=ways]').hidden")

        assert interrupted.startswith("It was interrupted: a call came in, or the page was left.")
        assert ways


def film_until_the_page_is_ended(phone: Profile, address: str) -> None:
    tab = open_controlled(phone, address)
    tab.tap('[data-record="video"]')
    tab.wait_for("() => document.querySelector('[data-part=clock]').textContent >= '0:03'")
    tab.crash()


def is_left(tab: Tab, address: str) -> bool:
    """Return whether the page shows a recording when it is opened."""
    tab.show(address)
    tab.wait_until_quiet()
    return tab.is_shown('[data-part="taken"]')


class TestWhatWasNotSent:
    def test_is_there_again_although_the_page_was_ended_in_the_middle_of_the_recording(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset
    ) -> None:
        address = f"{origin}/ask?asset={asset.pk}"
        with phone_of(owner, chromium, origin) as phone:
            film_until_the_page_is_ended(phone, address)
            tab, beside = phone.open_tab(), phone.open_tab()
            tab.show(address)
            tab.wait_until_shown('[data-part="taken"]')
            said = tab.text_of("[data-problem]:not([hidden])")
            is_left_beside = is_left(beside, address)
            tab.write("#id_title", "It hums")
            tab.tap("#ask-form .actions button")
            tab.wait_until_shown(SAFE)
            is_left_when_sent = is_left(tab, address)

            film_until_the_page_is_ended(phone, address)
            tab.show(address)
            tab.wait_until_shown('[data-part="taken"]')
            tab.tap('[data-part="again"]')
            is_left_when_taken_away = is_left(tab, address)

        assert said.startswith("You recorded this (")
        assert (is_left_beside, is_left_when_sent, is_left_when_taken_away) == (False, False, False)
        with object_store().open(Clip.objects.get().original_key) as stored, av.open(stored, "r") as film:
            shown_s = [frame.time for frame in film.decode(video=0)]
        assert 1 < shown_s[-1] < 10


class TestWhatIsNoClip:
    def test_is_said_before_it_is_sent_and_what_was_typed_stays(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset, settings: Settings, tmp_path: Path
    ) -> None:
        settings.UPLOAD_MAX_BYTES = 500_000
        empty, notes, long = tmp_path / "empty.mp4", tmp_path / "notes.txt", tmp_path / "long.mp4"
        empty.touch()
        notes.write_text("It hums.")
        long.write_bytes(bytes(500_001))
        film = footage.film(tmp_path / "fault.mp4", size="160x120", seconds=1)
        with phone_of(owner, chromium, origin) as phone:
            tab = open_controlled(phone, f"{origin}/ask?asset={asset.pk}")
            tab.write("#id_title", "It hums")

            of_nothing = complaint_about(tab, empty)
            of_text = complaint_about(tab, notes)
            of_much = complaint_about(tab, long)
            tab.run(NO_ROOM)
            choose_film(tab, film)
            tab.wait_until_shown('[data-part="taken"]')
            tab.tap("#ask-form .actions button")
            tab.wait_until_shown('[data-form-problem="no-room"]')
            title = tab.run("() => document.getElementById('id_title').value")
            asked_without_room = Thread.objects.count()
            tab.run("() => giveRoom()")
            tab.tap("#ask-form .actions button")
            tab.wait_until_shown(SAFE)

        assert of_nothing == "This file is empty. Choose another, or film it here."
        assert of_text == "This file is neither video nor sound. Choose another, or film it here."
        assert "larger than 488.3" in of_much
        assert title == "It hums"
        assert asked_without_room == 0
        assert Thread.objects.get().title == "It hums"


class TestWhatWasRefused:
    def test_is_shown_why_and_another_recording_takes_its_place(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset, tmp_path: Path
    ) -> None:
        broken = tmp_path / "fault.mp4"
        broken.write_bytes(b"This was a film once." * 1000)
        film = footage.film(tmp_path / "better.mp4", size="160x120", seconds=1)
        with phone_of(owner, chromium, origin) as phone:
            tab = open_controlled(phone, f"{origin}/ask?asset={asset.pk}")
            choose_film(tab, broken)
            tab.wait_until_shown('[data-part="taken"]')
            tab.write("#id_title", "It hums")
            tab.tap("#ask-form .actions button")
            tab.wait_until_shown(REFUSED)
            why = tab.text_of(f'{REFUSED} [data-part="state"]')
            tab.choose_file(f'{REFUSED} [data-part="another"]', film)
            tab.wait_until_shown(SAFE)
            is_safe = Clip.objects.get().verified_at is not None

            Clip.objects.update(
                status=ClipStatus.REJECTED, rejection_code="broken", rejection_reason="It has no picture."
            )
            tab.show(f"{origin}/inbox")
            tab.wait_until_shown('[data-tray] [data-state="rejected"]')
            rejected = tab.text_of('[data-tray] [data-part="state"]')
            tab.tap('[data-tray] [data-part="retry"]')
            wait_until(lambda: Clip.objects.get().status == ClipStatus.PROCESSING)

        assert why.startswith("Not accepted: ")
        assert len(why) > len("Not accepted: ")
        assert is_safe
        assert rejected == "It arrived, but cannot be used: It has no picture."
        assert Thread.objects.get().ask_clip_id == Clip.objects.get().pk

    def test_keeps_the_words_of_an_answer_that_came_too_late(
        self, chromium: Chromium, origin: str, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        thread = ask_about(asset, owner)
        with phone_of(colleague, chromium, origin) as phone:
            tab = open_controlled(phone, f"{origin}/threads/{thread.pk}")
            phone.lose_network()
            tab.write("#answer-text", "Bleed the air.")
            tab.tap("#answer .actions button")
            tab.wait_for("() => /kept on this phone/.test(document.querySelector('#answer').innerText)")
            move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.WITHDRAWN, now=timezone.now())
            phone.lose_network(is_lost=False)
            tab.wait_until_shown(REFUSED)
            why = tab.text_of(f'{REFUSED} [data-part="state"]')
            tab.tap(f"{REFUSED} details > summary")
            wrote = tab.text_of(f'{REFUSED} [data-part="words"]')

        assert why.startswith("Not accepted: ")
        assert len(why) > len("Not accepted: ")
        assert wrote == "Bleed the air."
        assert not Suggestion.objects.exists()
