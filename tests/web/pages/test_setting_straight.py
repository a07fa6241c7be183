"""Advice is set straight, taken back and flagged where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.corrections.models import Correction
from backend.domain.equipment.models import Asset
from backend.domain.flags.models import Flag
from backend.domain.threads.models import Suggestion
from backend.domain.threads.states import TryOutcome
from backend.outbox.models import OutboxEvent
from tests.api.world import answer_and_try, ask_about
from tests.web.pages.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggestion(asset: Asset, owner: Person, colleague: Person) -> Suggestion:
    return answer_and_try(ask_about(asset, owner), colleague, TryOutcome.FIXED)[0]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def found(**changes: str) -> dict[str, str]:
    """Return what a filled form of a correction sends."""
    said = {
        "severity": "unsafe",
        "what": "It is live.",
        "why": "The isolator cuts the pump only.",
        "procedure": "Lock.",
    }
    return {"correction_id": str(uuid7()), **said, **changes}


class TestCorrecting:
    def test_says_what_is_missing_beside_it_and_stands_once_on_the_thread(
        self, browser_of: Browser, suggestion: Suggestion, curator: Person
    ) -> None:
        browser, address = browser_of(curator), f"/suggestions/{suggestion.pk}/correction"
        OutboxEvent.objects.all().delete()

        link = text_of(browser.get(f"/threads/{suggestion.thread_id}"))
        part = text_of(browser.get(address, headers={"HX-Request": "true"}))
        refused = browser.post(address, found(why=""))
        was_sent = OutboxEvent.objects.exists()
        sent = found()
        done = browser.post(address, sent)
        browser.post(address, sent)

        assert f'hx-get="{address}"' in link
        assert part.startswith("<form")
        assert refused.status_code == 400
        assert f'id="correct-{suggestion.pk}-why_error"' in text_of(refused)
        assert "It is live." in text_of(refused)
        assert not was_sent
        assert done["Location"] == f"/threads/{suggestion.thread_id}#suggestion-{suggestion.pk}"
        assert Correction.objects.get().procedure == "Lock."
        assert "The isolator cuts the pump only." in text_of(browser.get(f"/threads/{suggestion.thread_id}"))

    def test_is_for_who_may_of_their_organisation_and_is_taken_back_with_a_reason(
        self, browser_of: Browser, suggestion: Suggestion, curator: Person, colleague: Person, outsider: Person
    ) -> None:
        address = f"/suggestions/{suggestion.pk}/correction"

        assert browser_of(colleague).post(address, found()).status_code == 403
        assert browser_of(outsider).post(address, found()).status_code == 404
        assert not Correction.objects.exists()

        browser_of(curator).post(address, found())
        withdrawal = f"/corrections/{Correction.objects.get().pk}/withdrawal"
        assert browser_of(outsider).post(withdrawal, {"reason": "No."}).status_code == 404
        assert browser_of(curator).post(withdrawal, {"reason": ""}).status_code == 400
        browser_of(curator).post(withdrawal, {"reason": "It was another machine."})
        assert Correction.objects.get().status == "withdrawn"


class TestFlagging:
    def test_asks_for_words_where_they_are_needed_and_leads_to_the_flag(
        self, browser_of: Browser, suggestion: Suggestion, curator: Person, colleague: Person, outsider: Person
    ) -> None:
        address = f"/flag/suggestion/{suggestion.pk}"
        sent = {
            "flag_id": str(uuid7()),
            "flagged_kind": "suggestion",
            "flagged_id": str(suggestion.pk),
            "kind": "other",
        }

        refused = browser_of(colleague).post(address, sent)
        theirs = browser_of(outsider).post(address, sent | {"text": "Rude."})
        done = browser_of(colleague).post(address, sent | {"text": "The picture is of another machine."})

        assert f'id="flag-{suggestion.pk}-text_error"' in text_of(refused)
        assert theirs.status_code == 404
        assert done["Location"] == f"/desk/flags/{Flag.objects.get().pk}"
        assert browser_of(colleague).get(f"/flag/person/{suggestion.pk}").status_code == 404
        assert curator.name in text_of(browser_of(colleague).get(done["Location"]))  # who looks at it
