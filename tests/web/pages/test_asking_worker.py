"""The service worker: what it keeps of the pages, that it keeps nobody's, and that it sends with no page open."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.templatetags.static import static

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.web.shell import pwa
from tests import cast
from tests.media_worker import footage
from tests.web.browser import Chromium, Profile, Tab
from tests.web.pages.conftest import Browser
from tests.web.pages.phones import phone_of
from tests.web.pages.workers import SYNC_TAG, PhonesWorker, choose_film, open_controlled, wait_until

REMEMBERED = """async () => {
    const nothing = { person: null, tags: [] };
    if (!(await indexedDB.databases()).some(({ name }) => name === 'cuppa-this-phone')) return nothing;
    const result = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const phone = await result(indexedDB.open('cuppa-this-phone'));
    if (!phone.objectStoreNames.contains('machines')) return nothing;
    const all = (name) => result(phone.transaction(name).objectStore(name).getAll());
    const [[person], machines] = [await all('person'), await all('machines')];
    phone.close();
    return { person: person ?? null, tags: machines.map(({ tag }) => tag) };
}"""
SHELLS = "async () => (await caches.keys()).filter((name) => name.startsWith('shell-')).join()"
TAGS = "async () => (await navigator.serviceWorker.getRegistration()).sync.getTags()"


def ask_without_a_line(tab: Tab, title: str) -> None:
    tab.write("#id_title", title)
    tab.tap("#ask-form .actions button")
    tab.wait_for("() => /kept on this phone/.test(document.querySelector('#ask-form').innerText)")


def leave_a_question_unsent(phone: Profile, address: str) -> None:
    tab = open_controlled(phone, address)
    tab.wait_for_promise(f"async () => (await ({REMEMBERED})()).tags.length === 1")
    phone.lose_network()
    ask_without_a_line(tab, "It leaks")
    tab.close()


def sign_in(phone: Profile, person: Person, origin: str) -> None:
    """Let `person` be signed in on a phone that was another's, and has a line again."""
    phone.keep_cookie(settings.SESSION_COOKIE_NAME, cast.session_token(person, "same phone"), address=origin)
    phone.lose_network(is_lost=False)


class TestWhatThePagesNeedOfTheServer:
    def test_is_a_worker_that_may_load_its_modules_and_pages_to_keep_that_name_nobody(
        self, browser_of: Browser, owner: Person
    ) -> None:
        worker = browser_of(None).get("/service-worker.js")
        kept = browser_of(owner).get("/ask/kept")
        said = json.loads(worker.content.decode().partition("keepShell(")[2].partition(");")[0])

        assert worker["Content-Type"] == "text/javascript"
        assert worker["Cache-Control"] == "no-cache"
        assert "script-src 'self'" in worker["Content-Security-Policy"].split("; ")
        assert re.search(r'import "/static/\w+/web/worker/sync.js";', worker.content.decode())
        assert {static("web/page.js"), static("web/asking/kept-ask.js"), static("web/clips/queue.js")} <= {
            *said["files"]
        }
        assert said["instead"]["/ask"] == "/ask/kept"
        assert owner.name not in kept.content.decode()

    def test_is_who_is_signed_in_and_nobody_s_token_goes_to_nobody(self, browser_of: Browser, owner: Person) -> None:
        signed_in = browser_of(owner).get("/my/sending")
        nobody = browser_of(None).get("/my/sending")

        assert signed_in.json()["person_id"] == str(owner.pk)
        assert len(signed_in.json()["csrf_token"]) == 64
        assert "no-store" in signed_in["Cache-Control"]
        assert nobody.json() == {"person_id": None, "csrf_token": None}


class TestANewVersion:
    def test_takes_over_once_nothing_is_being_sent_any_more(
        self, chromium: Chromium, origin: str, owner: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with phone_of(owner, chromium, origin) as phone:
            sending, tab = open_controlled(phone, f"{origin}/inbox"), phone.open_tab()
            before = sending.run(SHELLS)
            sending.run("() => { navigator.locks.request('cuppa-sending', () => new Promise(() => {})); }")
            monkeypatch.setattr(pwa, "shell_version", lambda: "newer")
            sending.run("async () => { await (await navigator.serviceWorker.getRegistration()).update(); }")
            sending.wait_for_promise("async () => (await navigator.serviceWorker.getRegistration()).waiting !== null")
            tab.show(f"{origin}/inbox")  # it asks
            tab.wait_until_quiet()
            while_sending = tab.run(SHELLS)
            sending.close()
            tab.wait_for_promise(f"async () => (await ({SHELLS})()) === 'shell-newer'")

        assert before.count("shell-") == 1
        assert before in while_sending


class TestSendingWithNoPageOpen:
    @pytest.mark.slow  # words alone: the last test below
    def test_sends_words_and_film_and_goes_on_where_it_was_when_it_was_killed(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset, tmp_path: Path
    ) -> None:
        film = footage.film(tmp_path / "fault.mp4", size="320x240", seconds=2)
        padded = tmp_path / "long.mp4"
        padded.write_bytes(film.read_bytes() + b"\0\0\0\x08free" * 200_000)  # boxes that players skip: 1.6 MB
        with phone_of(owner, chromium, origin) as phone:
            tab = open_controlled(phone, f"{origin}/ask?asset={asset.pk}")
            choose_film(tab, padded)
            tab.wait_until_shown('[data-part="taken"]')
            phone.lose_network()
            ask_without_a_line(tab, "It trips on start")
            promised = tab.text_of("#ask-form")
            registered = tab.run(TAGS)
            worker = PhonesWorker(phone, origin)
            tab.close()
            phone.lose_network(is_lost=False)

            worker.call()
            wait_until(lambda: Upload.objects.filter(stored_bytes__gt=0).exists())
            worker.kill()
            killed_at = Upload.objects.get().stored_bytes
            verified_when_killed = Clip.objects.get().verified_at
            worker.call()
            wait_until(lambda: Clip.objects.get().verified_at is not None)

        thread = Thread.objects.get()
        assert registered == [SYNC_TAG]
        assert "You may close Cuppa." in promised
        assert verified_when_killed is None
        assert 0 < killed_at < padded.stat().st_size
        assert Upload.objects.count() == 1  # it went on where it was
        assert (thread.title, thread.asker_id, thread.ask_clip_id) == (
            "It trips on start",
            owner.pk,
            Clip.objects.get(original_bytes=padded.stat().st_size).pk,
        )


class TestWithoutALine:
    def test_gives_the_form_in_the_place_of_ask_finds_machines_seen_before_and_sends_later(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset
    ) -> None:
        with phone_of(owner, chromium, origin) as phone:
            tab = open_controlled(phone, f"{origin}/ask?asset={asset.pk}")
            tab.wait_for_promise(f"async () => (await ({REMEMBERED})()).tags.length === 1")
            phone.lose_network()
            tab.show(f"{origin}/ask?asset={asset.pk}&title=It+hums")
            tab.wait_until_shown("#ask-form")
            machine = tab.text_of("#ask-form .machine")
            tab.tap("[name=another]")
            tab.write("#id_q", "nothing like it")
            tab.wait_until_shown("#none")
            tab.write("#id_q", "zephr chl")
            tab.tap("#choosing .row")
            title = tab.run("() => document.getElementById('id_title').value")
            tab.write("#id_title", "")
            tab.tap("#ask-form .actions button")
            tab.wait_for("() => document.activeElement.id === 'id_title'")
            ask_without_a_line(tab, "It hums and stops")
            asked_meanwhile = Thread.objects.count()
            phone.lose_network(is_lost=False)
            wait_until(Thread.objects.exists)

        assert "CHL-A" in machine
        assert owner.name not in machine
        assert title == "It hums"
        assert asked_meanwhile == 0
        assert Thread.objects.get().title == "It hums and stops"

    def test_shows_and_sends_nothing_of_whoever_had_the_phone_before(
        self, chromium: Chromium, origin: str, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        with phone_of(owner, chromium, origin) as phone:
            leave_a_question_unsent(phone, f"{origin}/ask?asset={asset.pk}")
            sign_in(phone, colleague, origin)
            worker = PhonesWorker(phone, origin)
            worker.call()
            theirs = open_controlled(phone, f"{origin}/menu")
            theirs.wait_for_promise(f"async () => (await ({REMEMBERED})()).person === '{colleague.pk}'")
            remembered = theirs.run(REMEMBERED)
            is_tray_hidden = theirs.run("() => document.querySelector('[data-tray]').hidden")
            asked_by_others = Thread.objects.count()
            theirs.run("() => document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
            theirs.wait_for("() => location.pathname === '/sign-in'")
            signed_out = theirs.run(REMEMBERED)
            phone.lose_network()
            theirs.show(f"{origin}/ask")
            shown = theirs.text_of("h1")
            kept = theirs.run("() => document.documentElement.outerHTML")

            theirs.close()
            sign_in(phone, owner, origin)
            worker.call()  # with no page open
            wait_until(Thread.objects.exists)

        assert remembered == {"person": str(colleague.pk), "tags": []}
        assert is_tray_hidden
        assert asked_by_others == 0
        assert signed_out == {"person": None, "tags": []}
        assert shown == "No connection"
        assert colleague.name not in kept
        assert owner.name not in kept
        assert Thread.objects.get().asker_id == owner.pk
