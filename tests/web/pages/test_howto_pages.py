"""The pages of a how-to: read, edited beside its films, decided about, compared, and worked by."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Cue
from backend.domain.corrections.models import Correction
from backend.domain.equipment.models import Asset
from backend.domain.howtos.collecting import create_collection
from backend.domain.howtos.models import CollectionItem, HowTo, HowToUse, HowToVersion, Step
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.states import TryOutcome
from backend.web.qr import qr_picture
from tests import cast
from tests.api.world import answer_and_try, ask_about
from tests.web.pages.conftest import Browser, copy, queries_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(asset: Asset, owner: Person, colleague: Person) -> Try:
    return answer_and_try(ask_about(asset, owner), colleague, TryOutcome.FIXED)[1]


@pytest.fixture
def howto(attempt: Try) -> HowTo:
    drafted = draft_from_thread(organisation_id=attempt.organisation_id, thread_id=attempt.thread_id, now=cast.NOW)
    assert drafted is not None
    HowToVersion.objects.update(title="Strainer", problem="No flow", remedy="Clean it", hazards="Isolate first.")
    return drafted


OUT = {"publication": "released", "released_at": cast.NOW, "content_sha256": "0" * 64}


def put_out(howto: HowTo, person: Person) -> HowToVersion:
    """Return the version of the how-to, which is out."""
    HowToVersion.objects.update(**OUT, released_by=person)
    HowTo.objects.update(confidence="not_validated")
    return HowToVersion.objects.get(howto=howto)


def draft_of(browser: Client, howto: HowTo, **changes: str) -> dict[str, str]:
    """Return what the form of the draft would send as it stands, with `changes`."""
    page = browser.get(f"/howtos/{howto.pk}/edit").context
    steps = page["steps"]
    sent = {name: str(page["form"][name].value() or "") for name in page["form"].fields}
    sent |= {f"steps-{name}": str(steps.management_form[name].value()) for name in steps.management_form.fields}
    for step in steps:
        sent |= {step.add_prefix(name): str(step[name].value() or "") for name in step.fields}
    return {**sent, **changes}


class TestEditing:
    def test_writes_texts_parts_and_steps_in_their_order_with_moments(
        self, browser_of: Browser, howto: HowTo, attempt: Try, curator: Person
    ) -> None:
        browser = browser_of(curator)
        Step.objects.all().delete()
        sent = draft_of(browser, howto, parts="Flow switch; 0200-112; 2\nSeal", tools="Spanner\n\nTorch")
        sent |= {
            "steps-0-text": "Second",
            "steps-0-ORDER": "2",
            "steps-1-text": "First",
            "steps-1-ORDER": "1",
            "steps-1-clip_id": str(attempt.clip_id),
            "steps-1-start_s": "1.5",
            "steps-1-end_s": "4",
        }

        saved = browser.post(f"/howtos/{howto.pk}/edit", sent)

        version = HowToVersion.objects.get()
        told = list(Step.objects.order_by("position").values_list("text", "clip_id", "start_ms", "end_ms"))
        assert saved["Location"] == f"/howtos/{howto.pk}?version=1"
        assert told == [("First", attempt.clip_id, 1_500, 4_000), ("Second", None, None, None)]
        assert version.parts == [
            {"name": "Flow switch", "number": "0200-112", "quantity": 2},
            {"name": "Seal", "number": "", "quantity": 1},
        ]
        assert version.tools == ["Spanner", "Torch"]

    def test_keeps_what_was_typed_and_says_what_is_wrong_beside_it(
        self, browser_of: Browser, howto: HowTo, attempt: Try, curator: Person
    ) -> None:
        browser = browser_of(curator)
        sent = draft_of(browser, howto, parts="Seal; ; many", title="", cause="Scale in the strainer")
        cut = draft_of(browser, howto, cause="Scale") | {
            "steps-0-text": "Open it",
            "steps-0-clip_id": str(attempt.clip_id),
            "steps-0-start_s": "4",
            "steps-0-end_s": "1",
        }
        before = HowToVersion.objects.values().get()

        refused = browser.post(f"/howtos/{howto.pk}/edit", sent)
        backwards = browser.post(f"/howtos/{howto.pk}/edit", cut)
        stale = browser.post(f"/howtos/{howto.pk}/edit", draft_of(browser, howto, seen_sha256="0" * 64, cause="Scale"))

        assert (refused.status_code, backwards.status_code, stale.status_code) == (400, 400, 400)
        assert 'id="id_parts_error"' in text_of(refused)
        assert 'id="id_title_error"' in text_of(refused)
        assert "Scale in the strainer" in text_of(refused)
        assert "Step 1: a clip needs start_ms and a later end_ms." in text_of(backwards)
        assert "Scale" in text_of(stale)
        assert HowToVersion.objects.values().get() == before

    def test_shows_what_is_said_in_every_film_of_the_thread_at_the_same_cost(
        self, browser_of: Browser, howto: HowTo, attempt: Try, curator: Person
    ) -> None:
        browser, thread = browser_of(curator), Thread.objects.get()
        with CaptureQueriesContext(connection) as before:
            browser.get(f"/howtos/{howto.pk}/edit")
        for clip in (attempt.clip, thread.ask_clip):
            assert clip is not None
            for place in range(10):
                Cue.objects.create(
                    organisation_id=thread.organisation_id,
                    clip=clip,
                    position=place,
                    start_ms=place * 1_000,
                    end_ms=place * 1_000 + 900,
                    text=f"Words {place}",
                    confidence=1,
                    language="en",
                    engine="test",
                )

        with CaptureQueriesContext(connection) as after:
            page = text_of(browser.get(f"/howtos/{howto.pk}/edit"))

        assert page.count("data-cut-clip") == 20
        assert len(after) == len(before)


class TestDeciding:
    def test_goes_from_draft_to_release_and_back_into_a_new_version(
        self, browser_of: Browser, howto: HowTo, curator: Person, colleague: Person
    ) -> None:
        browser, reader, address = browser_of(curator), browser_of(colleague), f"/howtos/{howto.pk}"
        sent = draft_of(browser, howto) | {"steps-0-text": "Close both valves", "steps-0-ORDER": "1"}
        browser.post(f"{address}/edit", sent)
        hidden = reader.get(address).status_code

        browser.post(f"{address}/decisions/submit", {"version_number": 1})
        no_reason = browser.post(f"{address}/decisions/send_back", {"version_number": 1, "reason": ""})
        in_review = HowToVersion.objects.get().publication
        page = browser.get(address)
        release = next(form for name, _decision, form in page.context["decisions"] if name == "release")
        browser.post(f"{address}/decisions/release", {name: release[name].value() for name in release.fields})
        released = text_of(browser.get(address))
        seen = text_of(reader.get(address))
        browser.post(f"{address}/new-version")

        assert hidden == 404
        assert "Released. Everybody can find it now." in released
        assert no_reason.status_code == 400
        assert 'id="send_back-reason_error"' in text_of(no_reason)
        assert in_review == "in_review"
        assert "Isolate first." in seen
        assert "Close both valves" in seen
        assert "Paper hears of no recall." in seen
        assert "This is version 1, printed on" in seen
        assert escape(qr_picture(f"{settings.PUBLIC_URL}{address}")) in seen  # paper leads back to it
        assert list(HowToVersion.objects.order_by("number").values_list("publication", flat=True)) == [
            "released",
            "draft",
        ]
        assert "They say the same." in text_of(browser.get(f"{address}/diff"))
        assert browser.post(f"{address}/decisions/nonsense").status_code == 404

    def test_says_what_is_missing_before_a_review(self, browser_of: Browser, howto: HowTo, curator: Person) -> None:
        HowToVersion.objects.update(remedy="")

        browser = browser_of(curator)
        page = text_of(browser.get(f"/howtos/{howto.pk}"))
        refused = browser.post(f"/howtos/{howto.pk}/decisions/submit", {"version_number": 1})

        assert "Before a review it needs:" in page
        assert f'href="/howtos/{howto.pk}/edit?version=1#id_remedy"' in page
        assert refused.status_code == 400
        assert 'role="alert"' in text_of(refused)
        assert HowToVersion.objects.get().publication == "draft"


class TestBeside:
    def test_begins_a_translation_beside_its_original_and_marks_what_is_of_an_older_version(
        self, browser_of: Browser, howto: HowTo, curator: Person, colleague: Person
    ) -> None:
        put_out(howto, curator)
        browser, address = browser_of(curator), f"/howtos/{howto.pk}"

        refused = browser.post(f"{address}/translations", {"version_number": 1, "language": "German!"})
        itself = browser.post(f"{address}/translations", {"version_number": 1, "language": "en"})
        begun = browser.post(f"{address}/translations", {"version_number": 1, "language": "de"})
        edit = text_of(browser.get(begun["Location"]))
        HowToVersion.objects.filter(number=2).update(title="Sieb", **OUT, released_by=curator)
        german = text_of(browser_of(colleague).get(f"{address}?language=de"))
        history = text_of(browser.get(f"{address}/history"))

        assert (refused.status_code, itself.status_code) == (400, 400)
        assert 'id="translate-language_error"' in text_of(refused)
        assert 'value="German!"' in text_of(refused)
        assert "The original is in this language." in text_of(itself)
        assert begun["Location"] == f"{address}/edit?version=2"
        assert "The original, version 1" in edit
        assert '<article class="howto" lang="de"' in german
        assert 'href="?language=en"' in german
        assert "translates version 1" in history

    def test_is_arranged_replaced_and_leads_to_what_took_its_place(
        self, browser_of: Browser, howto: HowTo, curator: Person, colleague: Person
    ) -> None:
        put_out(howto, curator)
        better = HowTo.objects.create(
            organisation_id=howto.organisation_id, asset_model=howto.asset_model, created_at=cast.NOW
        )
        copy(HowToVersion.objects.get(), howto=better, title="Better")
        HowTo.objects.filter(pk=better.pk).update(confidence="not_validated")
        browser, address = browser_of(curator), f"/howtos/{howto.pk}"
        reason = {"successor_id": str(better.pk), "succession": "superseded", "reason": "It has films."}

        browser.post(f"{address}/arrangement", {"governance": "compliance", "owner_id": str(curator.pk)})
        eased = browser.post(f"{address}/arrangement", {"governance": "experience", "requires_certification": ""})
        unsaid = browser.post(f"{address}/decisions/succeed", reason | {"reason": ""})
        browser.post(f"{address}/decisions/succeed", reason)
        led_on = browser_of(colleague).get(address)

        howto.refresh_from_db()
        assert (howto.governance, howto.owner_id, eased.status_code) == ("compliance", curator.pk, 403)
        assert unsaid.status_code == 400
        assert f'<option value="{better.pk}" selected>Better</option>' in text_of(unsaid)
        assert howto.successor_id == better.pk
        assert led_on["Location"] == f"/howtos/{better.pk}"
        assert "Replaced by a better one:" in text_of(browser.get(address))
        assert "It took the place of" in text_of(browser.get(f"/howtos/{better.pk}"))

    def test_shows_a_correction_at_its_step(
        self, browser_of: Browser, howto: HowTo, curator: Person, colleague: Person
    ) -> None:
        version = put_out(howto, curator)
        whose = {"organisation_id": howto.organisation_id, "version": version}
        Step.objects.all().delete()
        step = Step.objects.create(**whose, position=1, text="Open the right valve")
        said = {"severity": "wrong", "what": "It is the left.", "why": "It was moved.", "procedure": "Open the left."}
        Correction.objects.create(**whose, howto=howto, step=step, author=curator, corrected_at=cast.NOW, **said)

        page = text_of(browser_of(colleague).get(f"/howtos/{howto.pk}"))

        assert page.count("It is the left.") == 1
        assert page.index('id="step-1"') < page.index("It is the left.")


class TestCollections:
    def test_are_begun_filled_put_in_order_and_show_how_far_their_reader_is(
        self, browser_of: Browser, howto: HowTo, curator: Person, colleague: Person
    ) -> None:
        put_out(howto, curator)
        browser, reader = browser_of(curator), browser_of(colleague)
        other = HowTo.objects.create(
            organisation_id=howto.organisation_id, asset_model=howto.asset_model, created_at=cast.NOW
        )
        copy(HowToVersion.objects.get(), howto=other, title="Pump")

        untitled = browser.post("/collections", {"collection_id": str(uuid7()), "title": " ", "description": "For new"})
        begun = browser.post("/collections", {"collection_id": str(uuid7()), "title": "Chillers"})
        edit = begun["Location"]
        nothing = browser.post(edit, {"move": "in", "howto_id": "", "seen_version": 1})
        for number, one in enumerate((howto, other), start=1):
            browser.post(edit, {"move": "in", "howto_id": str(one.pk), "seen_version": number})
        browser.post(edit, {"move": "down", "howto_id": str(howto.pk), "seen_version": 3})
        stale = browser.post(edit, {"move": "out", "howto_id": str(howto.pk), "seen_version": 3})
        reader.get(f"/howtos/{howto.pk}")
        page = text_of(reader.get(edit.removesuffix("/edit")))
        refused = reader.get(edit).status_code, reader.post("/collections", {"title": "Mine"}).status_code

        assert untitled.status_code == 400
        assert "For new" in text_of(untitled)
        assert stale.status_code == 400
        assert "Somebody changed this collection" in text_of(stale)
        assert 'id="order-howto_id_error"' in text_of(nothing)
        assert page.index("Pump") < page.index("Strainer")
        assert "1 of 2 opened, 0 worked by" in page
        assert "New to you" in page
        assert refused == (403, 400)
        assert list(CollectionItem.objects.order_by("position").values_list("howto_id", flat=True)) == [
            other.pk,
            howto.pk,
        ]

    def test_cost_the_same_for_one_and_for_many(self, browser_of: Browser, howto: HowTo, curator: Person) -> None:
        browser, said = browser_of(curator), {"title": "Path", "description": ""}
        first, *_more = [
            create_collection(
                actor=curator.actor, collection_id=uuid7(), howto_ids=[howto.pk], now=cast.NOW, **said
            ).path.collection
            for _ in range(2)
        ]
        addresses = ["/collections", f"/collections/{first.pk}", f"/howtos/{howto.pk}", f"/howtos/{howto.pk}/history"]
        version = HowToVersion.objects.get()
        copy(version, howto=copy(howto, thread=None))  # one that could take its place
        before = [queries_of(browser, address) for address in addresses]
        for number in range(2, 8):
            copy(version, number=number, language=f"x{number}")
            other = copy(howto, thread=None)
            copy(version, howto=other)
            CollectionItem.objects.create(
                organisation_id=howto.organisation_id, collection=first, howto=other, position=number
            )

        assert [queries_of(browser, address) for address in addresses] == before


class TestUsing:
    def test_says_how_it_went_once_on_a_machine_that_there_is(
        self, browser_of: Browser, howto: HowTo, colleague: Person
    ) -> None:
        HowToVersion.objects.update(
            publication="released", released_at=cast.NOW, released_by=colleague, content_sha256="0" * 64
        )
        HowTo.objects.update(confidence="not_validated")
        browser, address = browser_of(colleague), f"/howtos/{howto.pk}/uses"
        said = {"use_id": str(uuid7()), "version_number": 1, "outcome": "fixed", "note": "Went well"}

        unknown = browser.post(address, said | {"tag": "NONE-1"})
        first = browser.post(address, said | {"tag": "chl-a"})
        browser.post(address, said | {"tag": "chl-a"})

        assert unknown.status_code == 400
        assert "No machine of yours has this tag." in text_of(unknown)
        assert "Went well" in text_of(unknown)
        assert first["Location"] == f"/howtos/{howto.pk}"
        assert HowToUse.objects.get().note == "Went well"
