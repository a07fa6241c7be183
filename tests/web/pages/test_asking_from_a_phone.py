"""In a real browser with a camera: asked at once, sent over a line that is cut, safe when the server says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from tests.media_worker import footage
from tests.web.browser import Chromium, Tab
from tests.web.pages.phones import phone_of
from tests.web.pages.workers import choose_film, wait_until

SAFE = '[data-tray] [data-state="safe"]'


def ask_on(tab: Tab, title: str) -> None:
    """Write the question and send it, with whatever was recorded or chosen."""
    tab.write("#id_title", title)
    tab.tap("#ask-form .actions button")
    tab.wait_for("() => location.pathname.startsWith('/threads/')")


class TestRecording:
    def test_is_filmed_in_the_page_and_called_safe_when_the_server_has_verified_it(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset
    ) -> None:
        with phone_of(owner, chromium, origin) as phone:
            tab = phone.open_tab()
            tab.show(f"{origin}/ask?asset={asset.pk}")
            tab.tap('[data-record="video"]')
            tab.wait_for("() => document.querySelector('[data-part=clock]').textContent >= '0:01'")
            tab.tap('[data-part="stop"]')
            tab.wait_until_shown('[data-part="taken"]')
            ask_on(tab, "It trips on start")
            tab.wait_until_shown(SAFE)
            verified_at = Clip.objects.get().verified_at

        thread = Thread.objects.get()
        assert (thread.title, thread.asker_id) == ("It trips on start", owner.pk)
        assert verified_at is not None
        assert tab.complaints == []

    @pytest.mark.slow
    def test_goes_on_after_the_line_was_cut_and_the_page_closed(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset, tmp_path: Path
    ) -> None:
        film = footage.film(tmp_path / "fault.mp4", size="1280x720", seconds=6)
        padded = tmp_path / "long.mp4"
        padded.write_bytes(film.read_bytes() + b"\0\0\0\x08free" * 200_000)  # boxes that players skip: 1.6 MB more
        with phone_of(owner, chromium, origin) as phone:
            phone.slow_down("**/api/v1/uploads/*", seconds=0.4)
            first = phone.open_tab()
            first.show(f"{origin}/ask?asset={asset.pk}")
            choose_film(first, padded)
            first.wait_until_shown('[data-part="taken"]')
            ask_on(first, "It trips on start")
            first.wait_for("() => parseInt(document.querySelector('[data-part=percent]')?.textContent) > 10")
            phone.lose_network()
            first.wait_for("() => /connection/.test(document.querySelector('[data-tray]').innerText)")
            cut_at = Upload.objects.get().stored_bytes
            first.close()
            verified_when_cut = Clip.objects.get().verified_at
            phone.lose_network(is_lost=False)
            second = phone.open_tab()
            second.show(f"{origin}/inbox")
            second.wait_until_shown(SAFE)

        clip = Clip.objects.get()
        assert verified_when_cut is None
        assert 0 < cut_at < padded.stat().st_size
        assert clip.verified_at is not None
        assert clip.original_bytes == padded.stat().st_size
        assert Upload.objects.count() == 1  # it went on where it was


class TestWithoutANetwork:
    def test_keeps_the_question_and_asks_when_the_line_is_back(
        self, chromium: Chromium, origin: str, owner: Person, asset: Asset
    ) -> None:
        with phone_of(owner, chromium, origin) as phone:
            tab = phone.open_tab()
            tab.show(f"{origin}/ask?asset={asset.pk}")
            phone.lose_network()
            tab.write("#id_title", "It leaks")
            tab.tap("#ask-form .actions button")
            tab.wait_for("() => /kept on this phone/.test(document.querySelector('#ask-form').innerText)")
            asked_meanwhile = Thread.objects.count()
            phone.lose_network(is_lost=False)
            wait_until(Thread.objects.exists)

        assert asked_meanwhile == 0
        assert Thread.objects.get().title == "It leaks"
