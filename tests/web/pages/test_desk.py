"""The desk: who may open which page, what is hidden, and what each form of it does."""

from __future__ import annotations

import pytest
from django.test import Client

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.corrections.models import Recall, RecallNotice
from backend.domain.equipment.models import Asset
from backend.domain.flags.models import Flag
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.insights.models import GapDecision
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.api.world import ask_about, one_of_everything
from tests.web.pages.conftest import Browser, copy, queries_of, text_of

pytestmark = pytest.mark.django_db

FOR_ALL = [
    "/desk/threads",
    "/search",
    "/search?q=chiller",
    "/desk/flags",
    "/a/{asset_id}",
    "/collections",
    "/collections/{collection_id}",
]
FOR_CURATORS = [
    "/desk",
    "/collections/{collection_id}/edit",
    "/desk/review?show=draft",
    "/desk/recalls",
    "/desk/recalls/{recall_id}",
    "/desk/flags?show=late",
    "/desk/flags/{flag_id}",
    "/desk/gaps",
    "/desk/insights",
    "/desk/insights/first-answer.csv",
    "/howtos/{howto_id}/history",
    "/howtos/{howto_id}/watching",
    "/howtos/{howto_id}",
    "/howtos/{howto_id}/edit",
    "/howtos/{howto_id}/diff",
]
FORMS = {
    "/desk/recalls/{recall_id}": {"reason": "Everybody was called."},
    "/recalls/{recall_id}": {"told_at": "2026-11-23T10:00:00+00:00"},
    "/desk/flags/{flag_id}": {"to": "upheld", "said": "Thank you."},
    "/desk/gaps/{gap_id}/writing": {},
    "/howtos/{howto_id}/decisions/submit": {"version_number": 1},
    "/howtos/{howto_id}/new-version": {},
    "/howtos/{howto_id}/translations": {"version_number": 1, "language": "de"},
    "/howtos/{howto_id}/arrangement": {"governance": "compliance"},
    "/collections/{collection_id}/edit": {"title": "Mine now", "seen_version": 1},
    "/collections/{collection_id}/removal": {},
    "/howtos/{howto_id}/uses": {
        "use_id": "01a20553-b3a5-7620-a385-bd1b0834d585",
        "version_number": 1,
        "outcome": "fixed",
        "tag": "CHL-A",
    },
}


@pytest.fixture
def world(asset: Asset, owner: Person, colleague: Person) -> dict[str, object]:
    return one_of_everything(asset, owner, colleague)


def statuses(browser: Client, addresses: list[str], ids: dict[str, object]) -> dict[str, int]:
    return {address: browser.get(address.format(**ids)).status_code for address in addresses}


class TestWhoSeesWhat:
    def test_curators_open_every_page_and_technicians_only_theirs(
        self, browser_of: Browser, world: dict[str, object], curator: Person, colleague: Person
    ) -> None:
        of_curator = statuses(browser_of(curator), FOR_ALL + FOR_CURATORS, world)
        of_technician = statuses(browser_of(colleague), FOR_ALL, world)
        refused = statuses(browser_of(colleague), FOR_CURATORS, world)

        assert set(of_curator.values()) == {200}, of_curator
        assert set(of_technician.values()) == {200}, of_technician
        refused.pop("/desk/flags?show=late")  # everybody sees their own
        assert set(refused.values()) <= {403, 404}, refused

    def test_what_is_anothers_looks_missing_and_nothing_is_written(
        self, browser_of: Browser, world: dict[str, object], outsider: Person
    ) -> None:
        chief = cast.new_person(outsider.site, "Oda Outside", Role.ADMIN)
        browser = browser_of(chief)
        OutboxEvent.objects.all().delete()

        named = [address for address in FOR_ALL + FOR_CURATORS if "{" in address]
        shown = statuses(browser, named, world)
        sent = {address: browser.post(address.format(**world), said).status_code for address, said in FORMS.items()}

        assert set(shown.values()) == {404}, shown
        assert set(sent.values()) == {404}, sent
        assert browser.get("/desk/threads").context["wall"].total_count == 0
        assert not OutboxEvent.objects.exists()
        assert not GapDecision.objects.exists()


class TestCost:
    def test_of_lists_is_the_same_for_one_row_and_for_many(
        self, browser_of: Browser, world: dict[str, object], curator: Person
    ) -> None:
        lists = ["/desk/flags", "/desk/review?show=draft", "/desk/recalls?show=closed", "/desk"]
        browser = browser_of(curator)
        flagged, recall = Flag.objects.get(), Recall.objects.get()
        howto, version = HowTo.objects.get(), HowToVersion.objects.get()
        ended = {"status": "closed", "closed_by": curator, "closed_at": cast.NOW, "close_reason": "All know."}
        copy(recall, **ended)
        before = [queries_of(browser, address) for address in lists]
        for _ in range(6):
            copy(flagged, flagged_id=uuid7())
            copy(recall, **ended)
            copy(version, howto=copy(howto, thread=None))

        after = [queries_of(browser, address) for address in lists]

        assert after == before
        assert text_of(browser.get(lists[0])).count('href="/desk/flags/') == 7
        assert text_of(browser.get(lists[1])).count("?version=1") == 7
        assert text_of(browser.get(lists[2])).count('href="/desk/recalls/') == 7


class TestWall:
    def test_shows_posters_narrows_by_the_address_and_says_so_when_nothing_fits(
        self, browser_of: Browser, world: dict[str, object], curator: Person
    ) -> None:
        browser = browser_of(curator)

        everything = browser.get("/desk/threads")
        nothing = browser.get("/desk/threads", {"make": "Acme", "q": "chiller"})
        wrong = browser.get("/desk/threads", {"site": "nowhere"})

        assert f'href="/threads/{world["thread_id"]}"' in text_of(everything)
        assert "E four" in text_of(everything) or "E4" in text_of(everything)  # the placeholder of what was not filmed
        assert "Nothing that was solved fits all of this" in text_of(nothing)
        assert 'value="chiller"' in text_of(nothing)
        assert 'name="make" value="Acme"' in text_of(nothing)
        assert wrong.status_code == 400
        assert "Choose again" in text_of(wrong)


class TestSearch:
    def test_opens_at_the_moment_and_marks_what_was_asked(
        self, browser_of: Browser, world: dict[str, object], colleague: Person
    ) -> None:
        found = text_of(browser_of(colleague).get("/search", {"q": "Zephrane"}))
        nothing = text_of(browser_of(colleague).get("/search", {"q": "zyzzyva"}, headers={"HX-Request": "true"}))

        assert f"/threads/{world['thread_id']}?clip={world['clip_id']}&amp;at=0" in found
        assert "<mark>Zephrane</mark>" in found
        assert nothing.startswith('<div id="found"')  # htmx takes the part
        assert 'href="/ask?title=zyzzyva"' in nothing


class TestDeciding:
    def test_a_flag_is_dismissed_only_with_a_reason_beside_its_field(
        self, browser_of: Browser, world: dict[str, object], curator: Person
    ) -> None:
        browser, address = browser_of(curator), f"/desk/flags/{world['flag_id']}"
        OutboxEvent.objects.all().delete()

        refused = browser.post(address, {"to": "dismissed", "said": " "})
        was_sent = OutboxEvent.objects.exists()
        done = browser.post(address, {"to": "dismissed", "said": "It is right as it is."})

        assert refused.status_code == 400
        assert 'id="id_said_error"' in text_of(refused)
        assert "Say why it is left as it is." in text_of(refused)
        assert not was_sent
        assert done["Location"] == "/desk/flags"
        assert Flag.objects.get().status == "dismissed"

    def test_who_was_told_says_that_they_know_and_a_curator_ends_the_recall(
        self, browser_of: Browser, world: dict[str, object], curator: Person, colleague: Person
    ) -> None:
        recall_id = world["recall_id"]
        told = {"organisation_id": colleague.organisation_id, "recall_id": recall_id, "person": colleague}
        RecallNotice.objects.create(**told, told_at=cast.NOW)
        own = browser_of(colleague)

        before = text_of(browser_of(curator).get(f"/desk/recalls/{recall_id}"))
        page = text_of(own.get(f"/recalls/{recall_id}"))
        own.post(f"/recalls/{recall_id}", {"told_at": cast.NOW.isoformat()})
        after = text_of(browser_of(curator).get(f"/desk/recalls/{recall_id}"))
        browser_of(curator).post(f"/desk/recalls/{recall_id}", {"reason": "All know."})

        assert "I have read it" in page
        assert "1 person does not know yet" in before
        assert "Everybody knows" in after
        assert Recall.objects.get().close_reason == "All know."
        assert browser_of(curator).get(f"/recalls/{recall_id}").status_code == 404  # nobody told them

    def test_a_gap_is_taken_to_be_written_and_dismissed_with_a_reason(
        self, browser_of: Browser, world: dict[str, object], curator: Person
    ) -> None:
        browser, gap = browser_of(curator), f"/desk/gaps/{world['gap_id']}"

        refused = browser.post(f"{gap}/dismissal", {"reason": ""})
        browser.post(f"{gap}/writing")
        writing = text_of(browser.get("/desk/gaps?show=being_written"))
        browser.post(f"{gap}/undoing")

        assert refused.status_code == 400
        assert f'id="gap-{world["gap_id"]}-reason_error"' in text_of(refused)
        assert f"{curator.name} writes it." in writing
        assert "vacuum pump coupling" in text_of(browser.get("/desk/gaps"))
        Person.objects.update(language="de")
        assert "0,1 h" in text_of(browser_of(curator).get("/desk/gaps"))


class TestToday:
    def test_counts_what_waits_and_leads_there(
        self, browser_of: Browser, world: dict[str, object], asset: Asset, owner: Person, curator: Person
    ) -> None:
        late = ask_about(asset, owner, "Fan will not stop")  # at a time long past
        Flag.objects.update(due_owner=curator)  # it was due six days ago
        HowToVersion.objects.update(publication="in_review", submitted_at=cast.NOW, submitted_by=owner)
        recall = Recall.objects.get()
        told = {"organisation_id": owner.organisation_id, "recall": recall, "told_at": cast.NOW}
        for person in (owner, curator):
            RecallNotice.objects.create(person=person, **told)

        page = browser_of(curator).get("/desk")

        told_of = {tile.address: (tile.count, tile.more) for tile in page.context["tiles"]}
        assert told_of["/desk/review?show=in_review"] == (1, "")
        assert told_of["/desk/flags?show=late"] == (1, "1 is late")
        assert told_of["/desk/recalls"] == (1, "2 people do not know yet")
        assert told_of["/desk/gaps"] == (2, "")  # what was looked for in vain, and what was asked twice
        assert told_of["#late"] == (1, "1 is over its time")
        assert told_of["/desk/flags?show=mine"][0] == 1
        assert f'href="/threads/{late.pk}"' in text_of(page)
        assert "vacuum pump coupling" in text_of(page)


class TestInsights:
    def test_withholds_what_is_about_few_and_gives_each_picture_as_a_file(
        self, browser_of: Browser, world: dict[str, object], curator: Person
    ) -> None:
        page = text_of(browser_of(curator).get("/desk/insights"))
        file = browser_of(curator).get("/desk/insights/first-answer.csv", {"weeks": 4})

        assert "Too few people, or nothing yet." in page
        assert file["Content-Type"] == "text/csv; charset=utf-8"
        assert text_of(file).splitlines()[0] == "week from,half of them within,nine of ten within"
        assert len(text_of(file).splitlines()) == 6
        assert browser_of(curator).get("/desk/insights", {"weeks": "many"}).status_code == 400
        assert browser_of(curator).get("/desk/insights/nothing.csv").status_code == 404
