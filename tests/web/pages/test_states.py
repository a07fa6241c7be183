"""When something is in the way: a session that ended, a token of before, a database that is away, nothing there."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client, RequestFactory
from django.utils import translation

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Comment
from backend.web import errors
from backend.web.kept_form import read_kept
from backend.web.refusals import error_page
from tests import cast
from tests.api.world import ask_about
from tests.web.pages.conftest import Browser

pytestmark = pytest.mark.django_db

WORDS = "It hums, even when it is <off>."


@pytest.fixture
def request_of_a_page(rf: RequestFactory) -> Any:
    """A request as it is behind the middleware that makes the policy."""
    request = rf.get("/")
    request.csp_nonce = "n"  # type: ignore[attr-defined]
    return request


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


class TestASessionThatEnded:
    def test_keeps_what_was_typed_over_the_sign_in_and_sends_it_once_its_person_says_so(
        self, browser_of: Browser, owner: Person, asset: Asset
    ) -> None:
        thread = ask_about(asset, owner)
        browser = browser_of(owner)
        page = text_of(browser.get(f"/threads/{thread.pk}"))
        form = re.search(rf'<form[^>]+action="/threads/{thread.pk}/comments".*?</form>', page, re.DOTALL)
        assert form is not None
        typed = hidden_fields(form.group()) | {"text": WORDS}
        DeviceSession.objects.all().delete()

        led = browser.post(f"/threads/{thread.pk}/comments", typed)
        mistaken = browser.post("/sign-in", {**hidden_fields(text_of(led)), "email": owner.email, "password": "no"})
        again = browser.post(
            "/sign-in", {**hidden_fields(text_of(mistaken)), "email": owner.email, "password": cast.PASSWORD}
        )

        assert (led.status_code, mistaken.status_code, again.status_code) == (401, 400, 200)
        assert html.escape(WORDS) in text_of(again)
        assert not Comment.objects.exists()

        sent = browser.post(f"/threads/{thread.pk}/comments", hidden_fields(text_of(again)))
        assert sent.status_code == 302
        assert [comment.text for comment in Comment.objects.all()] == [WORDS]

    def test_leaves_the_page_as_it_is_where_a_part_of_it_was_asked_for(self, browser_of: Browser) -> None:
        for answer in (
            browser_of(None).get("/search?q=pump", headers={"HX-Request": "true"}),
            browser_of(None).post("/ask", {"title": "x"}, headers={"HX-Request": "true"}),
        ):
            assert (answer.status_code, answer.content, "HX-Redirect" in answer) == (401, b"", False)

    @pytest.mark.parametrize(
        "kept",
        [
            '["https://elsewhere.example/", [["a", "b"]], false]',
            '["//elsewhere.example/ask", [["a", "b"]], false]',
            '["/api/v1/threads", [["a", "b"]], false]',
            '["/nowhere", [["a", "b"]], false]',
            '["/ask", 7, false]',
            "[",
            "x" * 300_000,
        ],
    )
    def test_carries_nothing_that_leads_elsewhere(self, kept: str, owner: Person) -> None:
        answer = Client().post("/sign-in", {"email": owner.email, "password": cast.PASSWORD, "kept": kept})

        assert read_kept(kept) is None
        assert (answer.status_code, answer["Location"]) == (302, "/")

    def test_never_carries_a_password(self, browser_of: Browser) -> None:
        led = browser_of(None).post("/my/password", {"new_password": "a secret of mine", "more": "some words"})

        assert "a secret of mine" not in text_of(led)


class TestATokenOfBefore:
    def test_asks_once_more_on_a_page_of_ours_and_refuses_everybody_else(self, owner: Person, asset: Asset) -> None:
        thread = ask_about(asset, owner)
        browser = Client(enforce_csrf_checks=True)
        browser.cookies["sessionid"] = cast.session_token(owner)
        typed = {"text": WORDS, "csrfmiddlewaretoken": "x" * 64}

        ours = browser.post(f"/threads/{thread.pk}/comments", typed, headers={"Origin": "http://testserver"})
        theirs = browser.post(f"/threads/{thread.pk}/comments", typed, headers={"Origin": "https://elsewhere.example"})

        assert (ours.status_code, theirs.status_code) == (403, 403)
        assert hidden_fields(text_of(ours))["text"] == WORDS
        assert "elsewhere" not in text_of(theirs)
        assert html.escape(WORDS) not in text_of(theirs)
        assert not Comment.objects.exists()


WHERE_NOTHING_IS = {
    "/": "When a machine has you beaten, film it",
    "/inbox": "Nothing yet",
    "/ask": "Your organisation has no machines here yet",
    "/desk": "Nothing waits for you",
    "/desk/threads": "Nothing is solved yet",
    "/desk/review": "Nothing waits for a review",
    "/desk/review?show=draft": "There are no drafts",
    "/desk/review?show=due": "once it is time to look at it again",
    "/desk/recalls": "Nobody waits to be told",
    "/desk/flags": "Nothing is flagged",
    "/desk/flags?show=mine": "No flag waits for you",
    "/desk/flags?show=upheld": "No flag was right yet",
    "/desk/gaps": "Nothing is missing",
    "/desk/gaps?show=dismissed": "Nothing was called no gap",
    "/desk/insights": "Too few people, or nothing yet",
    "/collections": "There is none yet",
    "/people?q=zzz": "Nobody here is called",
    "/people/communities": "There is no community yet",
    "/people/duty": "Nobody has duty",
    "/search?q=pump": "Nothing found",  # last: what is looked for in vain is a gap
}


def test_a_list_with_nothing_in_it_says_what_will_stand_there(browser_of: Browser, curator: Person) -> None:
    browser = browser_of(curator)

    said = {address: text_of(browser.get(address)) for address in WHERE_NOTHING_IS}

    assert [address for address, sentence in WHERE_NOTHING_IS.items() if sentence not in said[address]] == []


def look_at_a_column_of_tomorrow() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT not_there_yet FROM accounts_person")


class TestPagesOfRefusals:
    @pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 429, 500, 503])
    def test_say_what_to_do_and_lead_on(self, status: int, request_of_a_page: Any) -> None:
        answer = error_page(request_of_a_page, status)

        assert answer.status_code == status
        assert text_of(answer).count("<h1>") == 1
        assert 'class="button"' in text_of(answer)

    def test_lead_from_the_address_of_a_button_to_the_page_that_it_stands_on(
        self, browser_of: Browser, owner: Person, asset: Asset
    ) -> None:
        thread = ask_about(asset, owner)
        browser = browser_of(owner)

        for address, page_above in {
            f"/threads/{thread.pk}/comments": f"/threads/{thread.pk}",
            f"/howtos/{thread.pk}/decisions/submit": f"/howtos/{thread.pk}",
            f"/clips/{thread.pk}/retry": "/",
            "/sign-out": "/",
        }.items():
            typed = browser.get(address)
            assert (typed.status_code, "POST" in typed["Allow"]) == (405, True)
            assert f'<a class="button" href="{page_above}">' in text_of(typed)
        assert not Comment.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_leave_no_connection_in_the_thread_that_answers_what_no_route_knows(
        self, request_of_a_page: Any, owner: Person
    ) -> None:
        request_of_a_page.COOKIES[settings.SESSION_COOKIE_NAME] = cast.session_token(owner)

        def answer() -> tuple[str, bool]:
            return text_of(errors.nothing_here(request_of_a_page)), connection.connection is None

        with ThreadPoolExecutor(1) as thread:  # as Django's handler of ASGI does it
            page, is_given_back = thread.submit(answer).result()

        assert owner.name in page
        assert is_given_back

    def test_say_that_cuppa_is_being_worked_on_while_a_column_is_not_there_yet(self, request_of_a_page: Any) -> None:
        answers = []
        for fails in (look_at_a_column_of_tomorrow, lambda: int("x")):
            try:
                fails()
            except (ProgrammingError, ValueError):
                with translation.override("en"):  # no request came before, to choose the language
                    answers.append(errors.broken(request_of_a_page))
        worked_on, broken = answers

        assert (worked_on.status_code, worked_on["Retry-After"]) == (503, "60")
        assert "being worked on" in text_of(worked_on)
        assert broken.status_code == 500

    def test_speak_the_browsers_language(self) -> None:
        answer = Client().get("/nowhere", headers={"Accept-Language": "de-AT, en;q=0.5", "Accept": "text/html"})

        assert (answer.status_code, answer["Vary"].count("Accept-Language")) == (404, 1)
        assert '<html lang="de">' in text_of(answer)
