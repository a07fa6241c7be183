"""What was exported is what is imported, into this organisation or another."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.marks import read_mark
from backend.domain.clips.models import Clip, MediaJob
from backend.domain.corrections.correcting_howtos import correct_howto
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.states import Severity
from backend.domain.errors import InvalidInput
from backend.domain.howto_exchange.exporting import ExportForm, export_howtos
from backend.domain.howto_exchange.importing import ImportOutcome, import_document, import_zip
from backend.domain.howto_exchange.models import HowToImport
from backend.domain.howtos.content import Content, Part, StepContent, content_sha256, read_content
from backend.domain.howtos.editing import Changes, edit_draft
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.releasing import release
from backend.integrations.local_store import LocalStore
from tests.domain.howto_exchange.conftest import FILM, Make

CONTENT = Content(
    title="Chiller will not start",
    problem="It shows E4.",
    environment="At Leeds depot",
    cause="Scale",
    remedy="Cleaned the strainer.",
    hazards="Isolation: close both valves.",
    steps=(StepContent("Close both valves."), StepContent("Clean it.")),
    parts=(Part("gasket", "G-1", 2),),
    tools=("13 mm spanner",),
)
# Every letter that a database can keep; no half of a surrogate pair, no NUL.
LETTERS = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
SAID = st.text(LETTERS, min_size=1, max_size=60).filter(str.strip)
MAYBE = st.just("") | SAID
CONTENTS = st.builds(
    Content,
    title=SAID,
    problem=MAYBE,
    environment=MAYBE,
    cause=MAYBE,
    remedy=MAYBE,
    hazards=MAYBE,
    steps=st.lists(st.builds(StepContent, SAID), max_size=4).map(tuple),
    parts=st.lists(st.builds(Part, SAID, MAYBE, st.integers(1, 10_000)), max_size=3).map(tuple),
    tools=st.lists(SAID, max_size=3).map(tuple),
)


def document_of(person: Person, howto: HowTo, store: LocalStore) -> dict[str, object]:
    export = export_howtos(actor=person.actor, howto_ids=[howto.pk], form=ExportForm.JSON, store=store)
    document: dict[str, object] = json.loads(b"".join(export.blocks))
    return document


def zip_of(person: Person, howto: HowTo, store: LocalStore) -> bytes:
    export = export_howtos(actor=person.actor, howto_ids=[howto.pk], form=ExportForm.ZIP, store=store)
    return b"".join(export.blocks)


@pytest.mark.django_db
class TestDocument:
    @given(content=CONTENTS)
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_says_the_same_in_another_organisation(
        self, *, make: Make, curator: Person, other_curator: Person, store: LocalStore, now: datetime, content: Content
    ) -> None:
        document = document_of(curator, make(content), store)

        (imported,) = import_document(actor=other_curator.actor, document=document, now=now)

        version = HowToVersion.objects.get(howto_id=imported.howto_id)
        assert read_content(version) == content
        assert content_sha256(read_content(version)) == document["@graph"][0]["cuppa:sha256"]  # type: ignore[index]

    def test_makes_a_draft_that_nobody_approved_and_credits_by_name(
        self, make: Make, curator: Person, other_curator: Person, store: LocalStore, now: datetime
    ) -> None:
        howto = make(CONTENT)
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        document = document_of(curator, howto, store)

        first, again = (
            import_document(actor=other_curator.actor, document=document, now=now + timedelta(hours=hours))[0]
            for hours in (0, 1)
        )

        made = HowTo.objects.get(pk=first.howto_id)
        (version,) = HowToVersion.objects.filter(howto=made)
        (credit,) = made.credits.all()
        assert (first.outcome, again.outcome, again.howto_id) == (
            ImportOutcome.CREATED,
            ImportOutcome.UNCHANGED,
            made.pk,
        )
        assert (made.confidence, made.thread, made.asset_model.name, made.fault_code) == ("wip", None, "ac-350", "E4")
        assert (version.publication, version.content_sha256, version.editors.get().person) == (
            "draft",
            "",
            other_curator,
        )
        assert (credit.person, credit.name) == (None, "Olive Owner")
        assert HowToImport.objects.count() == 1

    def test_becomes_the_next_version_of_what_it_came_from_and_writes_over_no_draft(
        self, make: Make, curator: Person, store: LocalStore, now: datetime
    ) -> None:
        howto = make(CONTENT)
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        document = document_of(curator, howto, store)
        unchanged = import_document(actor=curator.actor, document=document, now=now)
        document["@graph"][0]["name"] = "Chiller is dead"  # type: ignore[index]

        (changed,) = import_document(actor=curator.actor, document=document, now=now)
        document["@graph"][0]["name"] = "Chiller is very dead"  # type: ignore[index]
        with pytest.raises(InvalidInput) as refusal:
            import_document(actor=curator.actor, document=document, now=now)

        assert (unchanged[0].outcome, changed.outcome) == (ImportOutcome.UNCHANGED, ImportOutcome.NEW_VERSION)
        assert list(HowToVersion.objects.order_by("number").values_list("publication", "title")) == [
            ("released", "Chiller will not start"),
            ("draft", "Chiller is dead"),
        ]
        assert list(refusal.value.facts["fields"]) == ["@graph.0.version"]


@pytest.mark.django_db
class TestZip:
    def test_brings_film_moment_and_mark_once(
        self, *, make: Make, clip_id: UUID, curator: Person, other_curator: Person, store: LocalStore, now: datetime
    ) -> None:
        mark = read_mark("circle", [[0.5, 0.5], [0.75, 0.5]])
        steps = (StepContent("Close both valves.", clip_id, 1_001, 2_999, mark), StepContent("Clean it."))
        packed = zip_of(curator, make(replace(CONTENT, steps=steps)), store)
        before = set(store.list_keys("originals/"))

        imported = [
            import_zip(actor=other_curator.actor, file=io.BytesIO(packed), store=store, now=now)[0] for _ in range(2)
        ]

        clip = Clip.objects.get(organisation_id=other_curator.organisation_id)
        version = HowToVersion.objects.get(howto_id=imported[0].howto_id)
        (key,) = set(store.list_keys("originals/")) - before
        assert [one.outcome for one in imported] == [ImportOutcome.CREATED, ImportOutcome.UNCHANGED]
        assert read_content(version).steps == (replace(steps[0], clip_id=clip.pk), steps[1])
        assert (clip.status, clip.original_key, clip.author) == ("processing", key, other_curator)
        assert MediaJob.objects.get(clip=clip).kind == "render"
        with store.open(key) as film:
            assert film.read() == FILM

    def test_leaves_nothing_behind_when_it_is_refused(
        self, *, make: Make, clip_id: UUID, curator: Person, outsider: Person, store: LocalStore, now: datetime
    ) -> None:
        packed = zip_of(curator, make(replace(CONTENT, steps=(StepContent("Look.", clip_id, 0, 5),))), store)
        outsider.role = "curator"

        with pytest.raises(InvalidInput, match="There is no Zephrane AC-350 here"):
            import_zip(actor=outsider.actor, file=io.BytesIO(packed), store=store, now=now)

        assert list(store.list_keys("originals/")) == []
        assert not HowTo.objects.filter(organisation_id=outsider.organisation_id).exists()
        assert not Clip.objects.filter(organisation_id=outsider.organisation_id).exists()

    def test_is_the_same_file_for_the_same_howto_and_any_program_opens_it(
        self, make: Make, clip_id: UUID, curator: Person, store: LocalStore
    ) -> None:
        howto = make(replace(CONTENT, steps=(StepContent("Look.", clip_id, 0, 5),)))

        packed, again = (zip_of(curator, howto, store) for _ in range(2))

        archive = zipfile.ZipFile(io.BytesIO(packed))
        assert packed == again
        assert archive.testzip() is None
        assert archive.namelist() == ["howtos.json", "howtos.html", f"clips/{clip_id}.mp4"]
        assert archive.read(f"clips/{clip_id}.mp4") == FILM
        assert f'href="clips/{clip_id}.mp4#t=0.0,0.005"' in archive.read("howtos.html").decode()

    def test_without_films_says_what_was_left_out(
        self, *, make: Make, clip_id: UUID, curator: Person, other_curator: Person, store: LocalStore, now: datetime
    ) -> None:
        document = document_of(curator, make(replace(CONTENT, steps=(StepContent("Look.", clip_id, 0, 5),))), store)

        (imported,) = import_document(actor=other_curator.actor, document=document, now=now)

        assert imported.left_out == ["Step 1 (en) comes without its film."]
        version = HowToVersion.objects.get(howto_id=imported.howto_id)
        assert read_content(version).steps == (StepContent("Look."),)


@pytest.mark.django_db
def test_translations_travel_with_their_original(
    make: Make, curator: Person, other_curator: Person, store: LocalStore, now: datetime
) -> None:
    howto = make(CONTENT)
    whose = {"organisation_id": howto.organisation_id, "howto": howto, "created_at": now}
    original = HowToVersion.objects.get()
    HowToVersion.objects.create(
        **whose, number=2, language="de", is_original=False, translates_version=original, title="Tot", remedy="Reinigen"
    )

    (imported,) = import_document(actor=other_curator.actor, document=document_of(curator, howto, store), now=now)

    made = HowToVersion.objects.filter(howto_id=imported.howto_id).order_by("number")
    assert [(one.language, one.is_original, one.title) for one in made] == [
        ("en", True, "Chiller will not start"),
        ("de", False, "Tot"),
    ]
    assert made[1].translates_version == made[0]
    edit_draft(actor=other_curator.actor, howto_id=imported.howto_id, changes=Changes(title="Ours"), now=now)


@pytest.mark.django_db
def test_what_stands_against_it_goes_along_and_nobody_takes_in_what_is_unsafe(
    make: Make, curator: Person, other_curator: Person, store: LocalStore, now: datetime
) -> None:
    howto = make(CONTENT)
    release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
    documents = []
    for severity in (Severity.WRONG, Severity.UNSAFE):
        findings = Findings(severity, "The valve is on the left.", "It was moved.", "Open the left valve.")
        which: dict[str, Any] = {"howto_id": howto.pk, "version_number": 1, "findings": findings, "now": now}
        correct_howto(actor=curator.actor, correction_id=uuid7(), **which)
        documents.append(document_of(curator, howto, store))
    export = export_howtos(actor=curator.actor, howto_ids=[howto.pk], form=ExportForm.HTML, store=store)
    page = b"".join(export.blocks)

    (imported,) = import_document(actor=other_curator.actor, document=documents[0], now=now)
    with pytest.raises(InvalidInput, match="found to be unsafe"):
        import_document(actor=other_curator.actor, document=documents[1], now=now)

    assert imported.left_out == ["A correction stands against it where it comes from: Open the left valve."]
    assert page.index(b"Do not work by it.") < page.index(b"Open the left valve.") < page.index(b"It shows E4.")
    assert HowTo.objects.filter(organisation_id=other_curator.organisation_id).count() == 1
