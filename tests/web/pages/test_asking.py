"""Asking on a page: the machine first, then words, and a clip that may follow."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.outbox.models import OutboxEvent
from tests.web.pages.conftest import Browser

pytestmark = pytest.mark.django_db


def typed(asset_id: UUID, **changes: str) -> dict[str, str]:
    """Return what a filled form sends."""
    sent = {
        "thread_id": str(uuid7()),
        "asset_id": str(asset_id),
        "title": "Chiller will not start",
        "fault_code": "E-04",
        "urgency": "machine_down",
    }
    return {**sent, **changes}


class TestAskPage:
    def test_looks_for_the_machine_first_and_keeps_what_was_typed(
        self, browser_of: Browser, owner: Person, asset: Asset
    ) -> None:
        browser = browser_of(owner)

        found = browser.get("/ask", {"q": "zephr", "title": "It leaks"}).content.decode()
        unknown = browser.get("/ask", {"asset": "NONE-1"}).content.decode()
        scanned = browser.get("/ask", {"asset": f"https://elsewhere.example/a/{asset.pk}", "title": "It leaks"})

        assert f'href="/ask?asset={asset.pk}&amp;title=It+leaks"' in found
        assert "No machine of yours is called “NONE-1”" in unknown
        assert 'value="It leaks"' in scanned.content.decode()
        assert "No water flow" in scanned.content.decode()  # a code that this machine knows

    def test_asks_once_with_the_clip_that_follows_however_often_it_is_sent(
        self, browser_of: Browser, owner: Person, asset: Asset
    ) -> None:
        clip_id = uuid7()
        sent = typed(asset.pk, clip_id=str(clip_id))
        browser = browser_of(owner)

        first = browser.post("/ask", sent)
        again = browser.post("/ask", sent, headers={"HX-Request": "true"})

        thread = Thread.objects.get()
        assert (first.status_code, first["Location"]) == (302, f"/threads/{thread.pk}")
        assert (again.status_code, again["HX-Redirect"]) == (204, f"/threads/{thread.pk}")
        assert (thread.fault_code, thread.urgency, thread.asker_id) == ("E4", "machine_down", owner.pk)
        assert Clip.objects.get().pk == clip_id == thread.ask_clip_id

    def test_says_what_is_wrong_beside_the_field_keeps_the_rest_and_asks_nobody(
        self, browser_of: Browser, owner: Person, asset: Asset
    ) -> None:
        answer = browser_of(owner).post("/ask", typed(asset.pk, title=" ", description="It hums, then stops."))

        page = answer.content.decode()
        assert answer.status_code == 400
        assert re.search(r'id="id_title_error"[^>]*>This field is required', page)
        assert 'aria-describedby="id_title_helptext id_title_error"' in page
        assert "It hums, then stops." in page
        assert not Thread.objects.exists()
        assert not OutboxEvent.objects.exists()

    def test_gives_another_question_that_was_typed_over_a_sent_one_an_id_of_its_own(
        self, browser_of: Browser, owner: Person, asset: Asset
    ) -> None:
        browser = browser_of(owner)
        sent = typed(asset.pk)
        browser.post("/ask", sent)

        answer = browser.post("/ask", {**sent, "title": "The fan rattles"})

        page = answer.content.decode()
        assert answer.status_code == 400
        assert "This was asked already" in page
        assert "The fan rattles" in page
        assert sent["thread_id"] not in page

    def test_hides_a_machine_of_another_organisation(self, browser_of: Browser, outsider: Person, asset: Asset) -> None:
        browser = browser_of(outsider)

        looked = browser.get("/ask", {"asset": str(asset.pk)})
        asked = browser.post("/ask", typed(asset.pk))

        assert "CHL-A" not in looked.content.decode()
        assert asked.status_code == 404
        assert not Thread.objects.exists()
