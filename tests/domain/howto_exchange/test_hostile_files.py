"""Whatever somebody sends: it is refused with a sentence, and nothing of it stays."""

from __future__ import annotations

import copy
import io
import json
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.howto_exchange import unpacking
from backend.domain.howto_exchange.importing import import_document, import_zip
from backend.domain.howto_exchange.reading import read_document
from backend.domain.howtos.models import HowTo
from backend.integrations.local_store import LocalStore

CLIP_ID = uuid7()
STEP = {
    "@type": "HowToStep",
    "text": "Close both valves.",
    "video": {"@id": f"urn:uuid:{CLIP_ID}", "startOffset": 1.5, "endOffset": 3},
}
DOCUMENT: dict[str, Any] = {
    "cuppa:format": 1,
    "@graph": [
        {
            "@id": f"urn:uuid:{uuid7()}",
            "name": "Chiller will not start",
            "inLanguage": "en",
            "about": {"name": "AC-350", "manufacturer": {"name": "Zephrane"}},
            "step": [STEP],
            "supply": [{"name": "gasket", "requiredQuantity": 2}],
            "tool": [{"name": "spanner"}],
            "contributor": [{"name": "Ann", "email": "ann@example.com", "cuppa:contribution": "asked"}],
        }
    ],
}
ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)
)


def changed(value: object, *way: str | int) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    at: Any = document["@graph"][0]
    for part in way[:-1]:
        at = at[part]
    at[way[-1]] = value
    return document


def places(value: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the way to every value of the how-to."""
    parts: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    return [found for part, below in parts for found in [(*way, part), *places(below, (*way, part))]]


class TestReadDocument:
    def test_takes_the_document_that_the_others_are_changed_from(self) -> None:
        (howto,) = read_document(DOCUMENT)

        (step,) = howto.texts[0].content.steps
        assert (step.clip_id, step.start_ms, step.end_ms) == (CLIP_ID, 1_500, 3_000)

    @pytest.mark.parametrize(
        ("document", "path"),
        [
            ([], "body"),
            ({}, "cuppa:format"),
            ({"cuppa:format": 2, "@graph": DOCUMENT["@graph"]}, "cuppa:format"),
            ({"cuppa:format": 1, "@graph": []}, "@graph"),
            ({"cuppa:format": 1, "@graph": [{}] * 201}, "@graph"),
            ({"cuppa:format": 1, "@graph": DOCUMENT["@graph"] * 2}, "@graph.1.@id"),
            (changed("../../etc/passwd", "@id"), "@graph.0.@id"),
            (changed("", "name"), "@graph.0.name"),
            (changed("x" * 201, "name"), "@graph.0.name"),
            (changed("a\x00b", "name"), "@graph.0.name"),
            (changed("a\ud800b", "description"), "@graph.0.description"),
            (changed(7, "cuppa:hazards"), "@graph.0.cuppa:hazards"),
            (changed("english please", "inLanguage"), "@graph.0.inLanguage"),
            (changed("approved", "cuppa:governance"), "@graph.0.cuppa:governance"),
            (changed(None, "about"), "@graph.0.about"),
            (changed("all", "step"), "@graph.0.step"),
            (changed([STEP] * 101, "step"), "@graph.0.step"),
            (changed("", "step", 0, "text"), "@graph.0.step.0.text"),
            (changed(1.5, "step", 0, "video", "endOffset"), "@graph.0.step.0.video.endOffset"),
            (changed(-1, "step", 0, "video", "startOffset"), "@graph.0.step.0.video.startOffset"),
            (changed(float("nan"), "step", 0, "video", "startOffset"), "@graph.0.step.0.video.startOffset"),
            (changed("clip", "step", 0, "video", "@id"), "@graph.0.step.0.video.@id"),
            (changed({"shape": "skull"}, "step", 0, "video", "cuppa:mark"), "@graph.0.step.0.video.cuppa:mark"),
            (changed(0, "supply", 0, "requiredQuantity"), "@graph.0.supply.0.requiredQuantity"),
            (changed(True, "supply", 0, "requiredQuantity"), "@graph.0.supply.0.requiredQuantity"),
            (changed([{"inLanguage": "EN", "name": "Same"}], "workTranslation"), "@graph.0.workTranslation"),
            (
                changed([{"name": "Ann", "cuppa:contribution": "boss"}], "contributor"),
                "@graph.0.contributor.0.cuppa:contribution",
            ),
        ],
    )
    def test_names_the_value_that_cannot_be_taken(self, document: object, path: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            read_document(document)

        assert path in refusal.value.facts["fields"]

    def test_tells_many_faults_at_once_but_not_all_of_a_thousand(self) -> None:
        with pytest.raises(InvalidInput) as refusal:
            read_document(changed([{"text": ""}] * 100, "step"))

        assert len(refusal.value.facts["fields"]) == 20

    @given(value=ODD, way=st.sampled_from(places(DOCUMENT["@graph"][0])))
    @settings(max_examples=200, deadline=None)
    def test_takes_or_refuses_any_value_anywhere(self, value: object, way: tuple[str | int, ...]) -> None:
        with suppress(InvalidInput):  # and nothing else
            read_document(changed(value, *way))


def packed(*files: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return written.getvalue()


TEXT = json.dumps(DOCUMENT).encode()
FILM_NAME = f"clips/{CLIP_ID}.mp4"
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(1_000)


def encrypted() -> bytes:
    raw = bytearray(packed(("howtos.json", TEXT)))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def damaged() -> bytes:
    raw = packed(("howtos.json", TEXT), (FILM_NAME, MP4), compression=zipfile.ZIP_STORED)
    return raw.replace(MP4[:12], b"\x00\x00\x00\x18ftypisom")


def many_entries() -> bytes:
    raw = packed(("howtos.json", TEXT))
    place = raw.rindex(b"PK\x05\x06")
    return raw[: place + 8] + struct.pack("<HH", 60_000, 60_000) + raw[place + 12 :]


@pytest.mark.django_db
class TestZip:
    @pytest.mark.parametrize(
        ("raw", "sentence"),
        [
            (lambda: b"", "no zip"),
            (lambda: b"PK" + bytes(40), "no zip"),
            (lambda: packed(("other.json", TEXT)), "no howtos.json"),
            (lambda: packed(("howtos.json", b"{" * 100_000)), "not JSON"),
            (lambda: packed(("howtos.json", b"\xff")), "not JSON"),
            (lambda: packed(("howtos.json", b" " * (unpacking.MAX_DOCUMENT_BYTES + 1))), "larger than"),
            (lambda: packed(("howtos.json", TEXT), compression=zipfile.ZIP_LZMA), "encrypted, or packed"),
            (encrypted, "encrypted, or packed"),
            (many_entries, "too many files"),
            (lambda: packed(("howtos.json", TEXT), (FILM_NAME, b"#!/bin/sh\nrm -rf /")), "is no film"),
            (lambda: packed(("howtos.json", TEXT), (FILM_NAME, b"")), "is empty"),
            (lambda: packed(("howtos.json", TEXT), (FILM_NAME, MP4 + bytes(200_000))), "larger than"),
            (damaged, "cannot be unpacked"),
        ],
    )
    def test_is_refused_and_leaves_nothing(
        self,
        *,
        raw: Callable[[], bytes],
        sentence: str,
        curator: Person,
        store: LocalStore,
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(unpacking, "MAX_FILMS_BYTES", 100_000)  # what a bomb unpacks to, in small

        with pytest.raises(InvalidInput, match=sentence):
            import_zip(actor=curator.actor, file=io.BytesIO(raw()), store=store, now=now)

        assert list(store.list_keys("originals/")) == []
        assert not HowTo.objects.exists()

    def test_makes_no_path_of_any_name(self, asset: object, curator: Person, store: LocalStore, now: datetime) -> None:
        evil = [("../../evil.mp4", MP4), ("/etc/evil.mp4", MP4), (f"clips/../{CLIP_ID}.mp4", MP4)]
        raw = packed(("howtos.json", TEXT), *evil)

        (imported,) = import_zip(actor=curator.actor, file=io.BytesIO(raw), store=store, now=now)

        assert imported.left_out == ["Step 1 (en) comes without its film."]
        assert list(store.list_keys("originals/")) == []


@pytest.mark.django_db
def test_only_curators_import(owner: Person, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        import_document(actor=owner.actor, document=DOCUMENT, now=now)

    assert not HowTo.objects.exists()


@pytest.mark.django_db
def test_another_organisations_clip_is_not_taken_over(
    asset: object, clip_id: UUID, other_curator: Person, now: datetime
) -> None:
    document = changed(f"urn:uuid:{clip_id}", "step", 0, "video", "@id")

    (imported,) = import_document(actor=other_curator.actor, document=document, now=now)

    assert imported.left_out == ["Step 1 (en) comes without its film."]
