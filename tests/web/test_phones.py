"""The phones page as a newcomer uses it, in Chromium: a question is asked, its push appears, its buttons answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings

from api_schema.ids import uuid7
from backend.demo.organisation import load_demo_organisation
from backend.demo.phones import list_phones
from backend.demo.registering import register_demo_phones
from backend.domain.accounts.models import Person
from backend.embedded.local_fcm.page.backend_door import Backend
from backend.embedded.local_fcm.page.phones import Phone, Phones
from backend.embedded.local_fcm.page.views import PhonesPage
from tests import cast
from tests.fakes.fcm import FakeFcm
from tests.web.browser import Chromium, Tab
from tests.working_off import work_off

ANSWER = "Clean the paddle of the flow switch."
PHONE_OF = "[...document.querySelectorAll('article')].find((phone) => phone.querySelector('h2').textContent === owner)"


@pytest.fixture
def phones(origin: str, settings: Settings, tmp_path: Path) -> Iterator[FakeFcm]:
    """The demo organisation with a phone for everybody, and the local FCM that it is reached through."""
    load_demo_organisation(now=timezone.now())
    register_demo_phones(now=timezone.now())
    work_off()  # the past of the demo is told before the page is there
    screens = Phones.of(Phone(p.address, p.platform, p.owner.name, p.owner.job_title) for p in list_phones())
    with FakeFcm(PhonesPage(screens, Backend(origin), origin).routes()) as server:
        server.on_accepted = screens.receive
        settings.FIREBASE_CREDENTIALS = str(server.write_key(tmp_path / "key.json"))
        settings.FCM_URL = server.url
        yield server


@pytest.fixture
def nobodys() -> Iterator[FakeFcm]:
    """A local FCM with one phone, and no Cuppa behind it."""
    nowhere = "http://127.0.0.1:9"
    screens = Phones.of([Phone("t-1", "android", "Priya Shah", "HVAC technician")])
    with FakeFcm(PhonesPage(screens, Backend(nowhere), nowhere).routes()) as server:
        yield server


@dataclass
class Asker:
    """Asha, in the app."""

    origin: str
    token: str

    def ask(self) -> str:
        """Ask about the chiller, let it be pushed, and return the thread's id."""
        thread_id = str(uuid7())
        asset = self._send("GET", "/assets?tag=CHL-A")["items"][0]
        body = {"id": thread_id, "asset_id": asset["id"], "title": "Will not start, shows E4", "description": "E4."}
        self._send("POST", "/threads", body)
        work_off()
        return thread_id

    def asks(self, thread_id: str) -> dict[str, str]:
        """Return where each ask stands, by the name of who was asked."""
        return {ask["person"]["name"]: ask["status"] for ask in self._thread(thread_id)["asked"]}

    def status(self, thread_id: str) -> str:
        return str(self._thread(thread_id)["status"])

    def _thread(self, thread_id: str) -> dict[str, Any]:
        return self._send("GET", f"/threads/{thread_id}")

    def _send(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        headers = {"X-Session-Token": self.token, "Idempotency-Key": str(uuid7())}
        answer = httpx.request(method, f"{self.origin}/api/v1{path}", json=body, headers=headers, timeout=30)
        return dict(answer.raise_for_status().json())


@pytest.fixture
def asker(phones: FakeFcm, origin: str) -> Asker:
    return Asker(origin, cast.session_token(Person.objects.get(email="asha@northgate.example")))


@pytest.fixture
def page(chromium: Chromium, phones: FakeFcm) -> Iterator[Tab]:
    with chromium.tab(width_px=360, height_px=740) as tab:
        tab.show(f"{phones.url}/phones")
        tab.wait_for("() => document.getElementById('link').textContent === 'live'")
        yield tab


def words_on(page: Tab, owner: str) -> str:
    return str(page.run(f"(owner) => {PHONE_OF}.textContent", owner))


def wait_for_words(page: Tab, owner: str, words: str) -> None:
    page.wait_for(f"([owner, words]) => {PHONE_OF}.textContent.includes(words)", [owner, words])


def takes_words(page: Tab, owner: str) -> bool:
    return bool(page.run(f"(owner) => {PHONE_OF}.querySelector('form.answer') !== null", owner))


def answer_on(page: Tab, owner: str) -> None:
    script = f"""([owner, text]) => {{
        const form = {PHONE_OF}.querySelector('form.answer');
        form.elements.text.value = text;
        form.requestSubmit();
    }}"""
    page.run(script, [owner, ANSWER])


class TestPhonesPage:
    def test_claims_and_answers_by_the_buttons_of_a_push_and_then_nobody_is_asked_any_more(
        self, asker: Asker, page: Tab
    ) -> None:
        thread_id = asker.ask()
        asked = list(asker.asks(thread_id))
        browsers = {phone.owner.name for phone in list_phones() if phone.platform == "web"}
        for one in asked:
            wait_for_words(page, one, "Asha Patel asks")
        second = next(one for one in asked if takes_words(page, one))  # a browser's notification takes none
        first = next(one for one in asked if one != second)

        page.run(f"(owner) => {PHONE_OF}.querySelector('[data-action=claim]').click()", first)
        wait_for_words(page, first, "claimed: You are on it")
        claimed = asker.asks(thread_id)[first]
        answer_on(page, second)
        wait_for_words(page, second, "answered: Your answer has arrived")
        work_off()
        wait_for_words(page, "Asha Patel", ANSWER)
        for one in set(asked) - {first, second} - browsers:
            page.wait_for(f"(owner) => {PHONE_OF}.textContent.includes('No notifications')", one)

        assert claimed == "claimed"
        assert asker.asks(thread_id)[second] == "answered"
        assert asker.status(thread_id) == "answered"
        assert "Asha Patel asks" in words_on(page, second)
        assert page.complaints == []

    def test_answers_by_a_voice_note_and_keeps_what_is_being_typed_while_news_come_in(
        self, asker: Asker, page: Tab
    ) -> None:
        thread_id = asker.ask()
        asked = asker.asks(thread_id)
        for one in asked:
            wait_for_words(page, one, "Asha Patel asks")
        typing = next(one for one in asked if takes_words(page, one))
        speaking = next(one for one in asked if one != typing and "Voice note" in words_on(page, one))

        page.run(f"(owner) => {{ {PHONE_OF}.querySelector('.answer input').value = 'Clean the' }}", typing)
        page.run(f"(owner) => {{ {PHONE_OF}.dataset.isOld = 'yes' }}", typing)
        page.run(f"(owner) => {PHONE_OF}.querySelector('[data-action=busy]').click()", typing)
        page.wait_for(f"(owner) => !{PHONE_OF}.dataset.isOld", typing)
        typed = page.run(f"(owner) => {PHONE_OF}.querySelector('.answer input').value", typing)
        page.run(f"(owner) => {PHONE_OF}.querySelector('[data-action=voice]').click()", speaking)
        wait_for_words(page, speaking, "The voice note has arrived: 1,023,609 bytes.")

        assert typed == "Clean the"
        assert asker.asks(thread_id)[speaking] == "answered"
        assert page.complaints == []

    def test_fits_a_phone_and_orders_what_fcm_shall_answer(self, nobodys: FakeFcm, chromium: Chromium) -> None:
        with chromium.tab(width_px=360, height_px=740) as page:
            page.show(f"{nobodys.url}/phones")
            page.wait_for("() => document.getElementById('link').textContent === 'live'")
            page.run("() => { document.querySelector('.panel').open = true }")
            width_px = page.run("() => document.documentElement.scrollWidth")

            page.run("() => document.getElementById('order').requestSubmit()")
            page.wait_for("() => document.getElementById('orders').textContent.includes('UNREGISTERED')")

        assert width_px == 360
        assert [(order.name, order.address, order.left) for order in nobodys.orders] == [("UNREGISTERED", None, 1)]
        assert page.complaints == []
