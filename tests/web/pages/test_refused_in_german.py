"""Whoever reads German is refused in German: also with a number, a state or a name in the sentence."""

from __future__ import annotations

import pytest
from django.test import Client

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from backend.domain.threads.operations import move_thread
from backend.domain.threads.states import ThreadStatus
from tests import cast
from tests.api.world import ask_about, fire_first_wave
from tests.web.pages.conftest import Browser, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(site: Site) -> Person:
    return cast.new_person(site, "Sam Supervisor", Role.SUPERVISOR)


def german(browser_of: Browser, person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="de")
    return browser_of(person)


def test_with_a_number(sam: Person, browser_of: Browser) -> None:
    answer = german(browser_of, sam).post("/people/waves", {"asks_per_shift": "99", "asks_per_week": "99"})

    assert answer.status_code == 400
    assert "Eine Person wird in einer Schicht 1- bis 20-mal gefragt." in text_of(answer)


def test_with_a_state(owner: Person, colleague: Person, asset: Asset, browser_of: Browser) -> None:
    thread = ask_about(asset, owner)
    move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.WITHDRAWN, now=cast.NOW)
    told = {"suggestion_id": str(uuid7()), "text": "Bleed the air."}

    answer = german(browser_of, colleague).post(f"/threads/{thread.pk}/answers", told)

    assert answer.status_code == 400
    assert "Dieser Fall nimmt keine Antworten mehr an (Stand: zurückgezogen)." in text_of(answer)


def test_with_a_name(owner: Person, colleague: Person, asset: Asset, browser_of: Browser) -> None:
    thread = ask_about(asset, owner)
    ask_id = fire_first_wave(thread, colleague, asset)
    told = {"ask_id": str(ask_id), "response": "referred", "refer_to_id": str(owner.pk)}
    browser, address = german(browser_of, colleague), f"/threads/{thread.pk}"

    refused = browser.post(f"{address}/responses", told)
    found = browser.get(f"{address}/colleagues", {"q": "olive"})

    assert "Die Frage kommt von Olive Owner." in text_of(refused)
    assert "Die Frage kommt von Olive Owner." in text_of(found)


def test_with_what_only_others_may_do(owner: Person, browser_of: Browser) -> None:
    assert "Nur Leitende und Admins dürfen Leute einladen." in text_of(german(browser_of, owner).get("/people/invite"))


def test_with_what_is_not_there(owner: Person, browser_of: Browser) -> None:
    answer = german(browser_of, owner).get(f"/howtos/{uuid7()}", headers={"HX-Request": "true"})

    assert (answer.status_code, "Es gibt keine Anleitung mit dieser Kennung." in text_of(answer)) == (404, True)


def test_in_each_line_of_a_list(sam: Person, browser_of: Browser) -> None:
    lines = "name,email,job_title,role,site\nBob,no address,Fitter,boss,Nowhere\n"

    page = text_of(german(browser_of, sam).post("/people/invite/list", {"text": lines}))

    for sentence in ("Das ist keine E-Mail-Adresse.", "Den Standort Nowhere gibt es nicht.", "Eines von technician"):
        assert sentence in page


def test_by_a_link_that_is_over(db: None) -> None:
    answer = Client(headers={"accept-language": "de"}).get("/sign-in/of-nobody")

    assert (answer.status_code, "Diesen Link gibt es nicht." in text_of(answer)) == (410, True)


def test_where_no_form_stands_the_reasons_are_told_without_the_names_of_fields(
    sam: Person, browser_of: Browser
) -> None:
    page = text_of(german(browser_of, sam).get("/desk/insights?weeks=5"))

    assert "<p>Wählen Sie 4, 12, 26 oder 51 Wochen, und eine Ihrer Gemeinschaften.</p>" in page
