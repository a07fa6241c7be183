"""The page of a thread: who sees what of it, and what each may do about it."""

from __future__ import annotations

import re
from datetime import time
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.asking.people import set_availability
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Comment, HoldCheck, Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from tests import cast
from tests.api.world import answer_and_try, ask_about, fire_first_wave
from tests.web.pages.conftest import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(owner: Person, asset: Asset) -> Thread:
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")
    return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=cast.NOW).thread


def answered(thread: Thread, peer: Person, text: str) -> UUID:
    """Have `peer` answer; return the id of the answer."""
    made = suggest(actor=peer.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=Proposal(text), now=cast.NOW)
    return made.row.pk


def text_of(answer: Any) -> str:
    """Return the page as it is read: one space between words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def history_on(page: str) -> str:
    """Return what the page tells of what happened, a bar in place of each time."""
    return re.sub(r"\d\d:\d\d", "|", page.partition("What happened")[2])


class TestThreadPage:
    def test_shows_the_asker_who_was_asked_and_offers_the_asked_one_their_buttons(
        self, browser_of: Browser, owner: Person, colleague: Person, thread: Thread, asset: Asset
    ) -> None:
        fire_first_wave(thread, colleague, asset)
        address = f"/threads/{thread.pk}"

        peers = browser_of(colleague).get(address)
        askers = text_of(browser_of(owner).get(address))

        assert "You are asked" in text_of(peers)
        assert 'value="claimed"' in peers.content.decode()
        assert "1 colleague asked, 1 has seen it" in askers  # opening the page is seeing it
        assert "You are asked" not in askers
        assert ("Looked at by Colin Colleague" in askers, "Looked at" in text_of(peers)) == (True, False)
        # Not today: a bare hour would be taken for one of this day.
        assert "Mon 23 Nov, 10:05: people who know this kind of machine (up to 4)" in askers

    def test_costs_as_many_queries_for_twenty_answers_as_for_one(
        self, browser_of: Browser, owner: Person, colleague: Person, thread: Thread
    ) -> None:
        browser = browser_of(owner)
        answered(thread, colleague, "Short the terminals while it is live.")
        browser.get(f"/threads/{thread.pk}")

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(f"/threads/{thread.pk}").status_code == 200
            return len(captured)

        for_one = queries()
        for number in range(19):
            answered(thread, colleague, f"Work live on terminal {number}.")

        assert queries() == for_one

    def test_hides_another_organisations_thread_and_takes_nothing_for_it(
        self, browser_of: Browser, outsider: Person, thread: Thread
    ) -> None:
        browser = browser_of(outsider)
        address = f"/threads/{thread.pk}"
        words = {"suggestion_id": str(uuid7()), "comment_id": str(uuid7()), "text": "Let me in", "to": "withdrawn"}

        statuses = {
            path: browser.post(f"{address}/{path}", words).status_code for path in ("answers", "comments", "moves")
        }

        assert browser.get(address).status_code == 404
        assert statuses == {"answers": 404, "comments": 404, "moves": 404}
        assert not Suggestion.objects.exists()
        assert not Comment.objects.exists()
        assert Thread.objects.get().status == "asked"


class TestWhatIsDone:
    def test_a_peer_claims_and_answers(
        self, browser_of: Browser, owner: Person, colleague: Person, thread: Thread, asset: Asset
    ) -> None:
        ask_id = fire_first_wave(thread, colleague, asset)
        browser, address = browser_of(colleague), f"/threads/{thread.pk}"
        Ask.objects.filter(pk=ask_id).update(asked_at=cast.NOW)

        claimed = browser.post(f"{address}/responses", {"ask_id": str(ask_id), "response": "claimed"})
        seen_by_asker = text_of(browser_of(owner).get(address))
        Ask.objects.filter(pk=ask_id).update(wants_call=True)
        to_call = text_of(browser_of(owner).get(address))
        empty = browser.post(f"{address}/answers", {"suggestion_id": str(uuid7()), "text": " "})
        browser.post(f"{address}/answers", {"suggestion_id": str(uuid7()), "text": "Bleed the air."})

        assert (claimed.status_code, claimed["Location"]) == (302, address)
        assert "Colin Colleague , HVAC technician, is recording an answer." in seen_by_asker
        assert "Colin Colleague , HVAC technician, has seen this and can be called." in to_call
        assert empty.status_code == 400
        assert 'id="answer-text_error"' in empty.content.decode()
        assert "Say something, or add a clip." in text_of(empty)
        assert Suggestion.objects.get().text == "Bleed the air."

    def test_tells_the_asker_in_a_line_who_looked_at_it(
        self, browser_of: Browser, owner: Person, thread: Thread
    ) -> None:
        for number in range(5):
            browser_of(cast.new_person(owner.site, f"P{number} Peer")).get(f"/threads/{thread.pk}")

        shown = text_of(browser_of(owner).get(f"/threads/{thread.pk}"))

        assert "Looked at by P4 Peer, P3 Peer, P2 Peer and 2 more" in shown

    def test_whoever_is_asked_names_a_colleague_who_is_suggested_or_found(
        self, browser_of: Browser, owner: Person, colleague: Person, thread: Thread, asset: Asset
    ) -> None:
        bea = cast.new_person(cast.new_site(owner.organisation, "Harrogate"), "Bea Named")
        set_availability(actor=bea.actor, week_days=tuple(range(1, 8)), shift_starts=time(0), shift_ends=time(23, 59))
        ask_id = fire_first_wave(thread, colleague, asset)
        browser, address = browser_of(colleague), f"/threads/{thread.pk}"
        say = {"ask_id": str(ask_id), "response": "referred"}

        suggested = text_of(browser.get(address))
        found = text_of(browser.get(f"{address}/colleagues", {"q": "bea"}, headers={"HX-Request": "true"}))
        alone = browser.get(f"{address}/colleagues?q=Zoe")
        unknown = text_of(alone)
        refused = browser.post(f"{address}/responses", {**say, "refer_to_id": str(owner.pk)})
        asked_meanwhile = Ask.objects.count()
        done = browser.post(f"{address}/responses", {**say, "refer_to_id": str(bea.pk)}, follow=True)

        assert "Bea Named HVAC technician, Harrogate" in suggested
        assert "Bea Named" in found
        assert "<html" not in found
        assert "Nobody here is called “Zoe”, or known to know it." in unknown
        assert '<details class="refer" open>' in alone.content.decode()  # a page of its own hides nothing
        assert (refused.status_code, asked_meanwhile) == (400, 1)
        assert "Olive Owner is the one who asks." in text_of(refused)
        assert Ask.objects.get(person=bea).referred_by_id == colleague.pk
        assert "Somebody else is asked in your place. Thank you." in text_of(done)
        assert browser.get(f"{address}/colleagues").status_code == 404  # they are not asked any more
        assert browser_of(owner).get(f"{address}/colleagues").status_code == 404

    def test_the_asker_reads_the_caution_tries_it_and_says_how_it_went(
        self, browser_of: Browser, owner: Person, colleague: Person, thread: Thread
    ) -> None:
        suggestion_id = answered(thread, colleague, "Short the terminals while it is live.")
        browser, address = browser_of(owner), f"/threads/{thread.pk}"
        begin = {"try_id": str(uuid7()), "suggestion_id": str(suggestion_id)}

        page = text_of(browser.get(address))
        refused = browser.post(f"{address}/tries", begin)
        tried_meanwhile = Try.objects.count()
        browser.post(f"{address}/tries", {**begin, "acknowledges_caution": "on"})
        unsaid = browser.post(f"{address}/outcomes", {"try_id": begin["try_id"], "minutes": "soon", "note": "It runs"})
        browser.post(f"{address}/outcomes", {"try_id": begin["try_id"], "outcome": "fixed", "minutes": "12"})

        assert "Read this first: electricity" in page
        assert (refused.status_code, tried_meanwhile) == (400, 0)
        assert "Read the caution first." in text_of(refused)
        assert 'id="outcome-minutes_error"' in unsaid.content.decode()
        assert "It runs" in text_of(unsaid)  # nothing that was typed is lost
        assert (Try.objects.get().outcome, Try.objects.get().minutes) == ("fixed", 12)
        assert Thread.objects.get().status == "fixed"

    def test_what_was_rejected_says_why_in_the_readers_language(
        self, browser_of: Browser, owner: Person, asset: Asset
    ) -> None:
        thread = ask_about(asset, owner)
        Clip.objects.update(status="rejected", rejection_code="too_long", rejection_reason="Longer than 10 minutes.")

        english = text_of(browser_of(owner).get(f"/threads/{thread.pk}"))
        cast.speak("de", owner)
        german = text_of(browser_of(owner).get(f"/threads/{thread.pk}"))

        assert "Longer than 10 minutes." in english
        assert ("Die Aufnahme ist zu lang." in german, "Longer than" in german) == (True, False)

    def test_whoever_filmed_what_was_rejected_has_it_tried_again(
        self, browser_of: Browser, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        thread = ask_about(asset, owner)
        Clip.objects.update(
            status="rejected",
            rejection_code="broken",
            rejection_reason="The file ends in the middle.",
            verified_at=cast.NOW,
            original_key="originals/1",
            sha256="0" * 64,
        )
        address, again = f"/threads/{thread.pk}", f"/clips/{thread.ask_clip_id}/retry"

        askers, peers = (browser_of(one).get(address).content.decode() for one in (owner, colleague))
        refused = browser_of(colleague).post(again)
        status_meanwhile = Clip.objects.get().status
        done = browser_of(owner).post(again)

        assert "The file ends in the middle." in askers
        assert (again in askers, again in peers) == (True, False)
        assert (refused.status_code, status_meanwhile) == (403, "rejected")
        assert done["Location"] == f"{address}#clip-{thread.ask_clip_id}"
        assert Clip.objects.get().status == "processing"

    def test_whoever_asked_says_whether_the_fix_held(
        self, browser_of: Browser, owner: Person, colleague: Person, thread: Thread
    ) -> None:
        answer_and_try(thread, colleague, TryOutcome.FIXED)
        browser, address = browser_of(owner), f"/threads/{thread.pk}"
        check = HoldCheck.objects.filter(due_at__lte=timezone.now()).latest("days")

        askers, peers = text_of(browser.get(address)), text_of(browser_of(colleague).get(address))
        browser.post(f"{address}/holds", {"check_id": str(check.pk), "still_running": "no"})
        failed_again = history_on(text_of(browser.get(address)))

        assert "Is it still running?" in askers
        assert "Is it still running?" not in peers
        for said in (
            "| Olive Owner asked |",
            "| Colin Colleague answered |",
            "| Olive Owner began to try what Colin Colleague said |",
            "| Olive Owner tried what Colin Colleague said: fixed it",
        ):
            assert said in history_on(askers)
        assert "| Olive Owner said that it failed again" in failed_again
        assert Thread.objects.get().status == "asked"
