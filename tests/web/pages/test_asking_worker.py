"""The service worker: what it keeps of the pages, and that it keeps nobody's."""

from __future__ import annotations

import json
import re

from django.templatetags.static import static

from backend.domain.accounts.models import Person
from tests.web.browser import Chromium
from tests.web.pages.conftest import Browser
from tests.web.pages.phones import phone_of

CONTROLLED = "() => navigator.serviceWorker.controller !== null"


class TestShell:
    def test_is_a_module_whose_policy_lets_it_load_its_modules_and_is_asked_for_anew_each_time(
        self, browser_of: Browser
    ) -> None:
        answer = browser_of(None).get("/service-worker.js")

        shell = json.loads(re.search(r"keepShell\((.*)\);", answer.content.decode())[1])
        assert answer["Content-Type"] == "text/javascript"
        assert answer["Cache-Control"] == "no-cache"
        assert "script-src 'self';" in answer["Content-Security-Policy"]
        assert re.search(r'import "/static/\w+/web/worker/sync.js";', answer.content.decode())
        assert static("web/page.js") in shell["files"]

    def test_shows_a_page_that_names_nobody_without_a_line(
        self, chromium: Chromium, origin: str, owner: Person
    ) -> None:
        with phone_of(owner, chromium, origin) as phone:
            tab = phone.open_tab()
            tab.show(f"{origin}/inbox")
            tab.wait_for(CONTROLLED)
            phone.lose_network()
            tab.run("() => { location.href = '/my/shift' }")
            tab.wait_for("() => document.querySelector('h1')?.innerText === 'No connection'")
            kept = tab.run("() => document.documentElement.outerHTML")

        assert owner.name not in kept
        assert tab.complaints == []
