"""The page and the paper: nothing in them runs or is fetched, and no letter breaks them."""

from __future__ import annotations

import io
import re
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, BinaryIO
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from backend.domain.accounts.models import Person
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.howto_exchange.bundle import zip_of
from backend.domain.howto_exchange.exporting import ExportForm, export_howtos
from backend.domain.howto_exchange.loading import ExportedClip, load_howtos
from backend.domain.howto_exchange.pdf import pdf_document
from backend.domain.howto_exchange.sheet import Sheet
from backend.domain.howtos.content import Content, Part, StepContent
from backend.integrations.local_store import LocalStore
from tests.domain.howto_exchange.conftest import Make
from tests.domain.howto_exchange.test_round_trip import CONTENT

pytestmark = pytest.mark.django_db

EVIL = """</p><script src=//evil.example/x.js></script><img src=x onerror=alert(1)>" onload='x' {{ 7*7 }} &amp;"""


class Page(HTMLParser):
    """What a browser would do: the tags it knows, where they point, and the text it shows."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.handlers: list[str] = []
        self.shown = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.targets += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.shown += data


def words_on(paper: bytes) -> list[bytes]:
    """Return what is drawn at once, as glyph ids of the PDF's own fonts."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL)
    pages = [zlib.decompressobj().decompress(stream) for stream in streams if stream.startswith(b"x")]
    return [word for page in pages for word in re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", page, re.DOTALL)]


def exported(person: Person, howto_ids: list[UUID], form: ExportForm, store: LocalStore) -> bytes:
    return b"".join(export_howtos(actor=person.actor, howto_ids=howto_ids, form=form, store=store).blocks)


class TestPage:
    def test_shows_hostile_text_and_does_nothing_that_it_says(
        self, make: Make, clip_id: UUID, curator: Person, store: LocalStore
    ) -> None:
        steps = (StepContent(EVIL, clip_id, 0, 61_000), StepContent("And again", clip_id, 61_000, 62_000))
        evil = Content(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, steps, (Part(EVIL, EVIL[:64]),), (EVIL,))
        howto = make(evil)

        page = Page(exported(curator, [howto.pk], ExportForm.HTML, store).decode())

        assert not page.tags & {"script", "iframe", "object", "link", "form", "base", "video"}
        assert page.handlers == []
        assert [target[:23] for target in page.targets] == ["data:image/jpeg;base64,"]
        assert page.shown.count(EVIL) == 9
        assert "Film 0:00 to 1:01" in page.shown
        assert "Version 1, draft: not released" in page.shown


class TestPaper:
    @pytest.mark.parametrize(
        "text", ["عطل في المبرد", "冷水机组无法启动", "💧" * 50, "\x07\x1b[31m\u202e", "W" * 5_000]
    )
    def test_takes_any_writing(self, text: str, make: Make, curator: Person, clip_id: UUID, store: LocalStore) -> None:
        steps = (StepContent(text, clip_id, 0, 5),)
        howto = make(replace(CONTENT, title=text[:200], problem=text, hazards=text, steps=steps))

        paper = exported(curator, [howto.pk], ExportForm.PDF, store)

        assert paper.startswith(b"%PDF-")
        assert paper.rstrip().endswith(b"%%EOF")
        assert b"/DCTDecode" in paper  # the poster is on it, as the JPEG that it is

    def test_joins_arabic_letters_and_says_what_it_could_not_print(self) -> None:
        def drawn(text: str) -> list[bytes]:
            sheet = Sheet("Title", "ar", "", "", "", "", [("Problem", text)], [], [], "")
            return words_on(pdf_document([sheet]))

        whole, boxed = drawn("\N{ARABIC LETTER AIN}" * 3), drawn("冷水")

        # One letter three times, below title and heading: as it begins a word, stands inside of it, and ends it.
        assert len(set(whole[2:5])) == 3
        assert len(boxed) == len(drawn("\N{WHITE SQUARE}" * 2)) + 1  # the sentence below

    def test_goes_on_without_a_poster_that_is_none(
        self, make: Make, curator: Person, clip_id: UUID, store: LocalStore, tmp_path: Any
    ) -> None:
        broken = tmp_path / "broken"
        broken.write_bytes(b"\xff\xd8 not really")
        store.put_file("made/poster", path=broken, content_type="image/jpeg")
        howto = make(replace(CONTENT, steps=(StepContent("Look", clip_id, 0, 5),)))

        assert exported(curator, [howto.pk], ExportForm.PDF, store).startswith(b"%PDF-")


class TestWhatLeaves:
    def test_is_what_the_reader_may_see(
        self, make: Make, curator: Person, owner: Person, outsider: Person, store: LocalStore
    ) -> None:
        outsider.role = "admin"
        howto = make(CONTENT)

        for person in (owner, outsider):
            with pytest.raises(NotFound):
                exported(person, [howto.pk], ExportForm.JSON, store)
        with pytest.raises(InvalidInput):
            exported(curator, [], ExportForm.JSON, store)

    @pytest.mark.parametrize("count", [1, 20])
    def test_costs_the_same_for_one_and_for_twenty(
        self,
        *,
        count: int,
        make: Make,
        clip_id: UUID,
        curator: Person,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        filmed = replace(CONTENT, steps=(StepContent("Look", clip_id, 0, 5),))
        howtos = [make(filmed) for _ in range(count)]

        with django_assert_num_queries(6):  # how-tos, corrections, versions, steps, clips' files, credits
            loaded = load_howtos(actor=curator.actor, howto_ids=[howto.pk for howto in reversed(howtos)])

        assert [one.howto for one in loaded] == list(reversed(howtos))

    def test_holds_one_block_of_a_film_in_memory(
        self, make: Make, clip_id: UUID, curator: Person, store: LocalStore
    ) -> None:
        howto = make(replace(CONTENT, steps=(StepContent("Look", clip_id, 0, 5),)))
        (loaded,) = load_howtos(actor=curator.actor, howto_ids=[howto.pk])
        long = replace(loaded, clips={clip_id: ExportedClip("", "long", _LongFilms.SIZE)})

        tracemalloc.start()
        sizes = [len(block) for block in zip_of([long], languages=[], store=_LongFilms())]
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert sum(sizes) > _LongFilms.SIZE
        assert peak_bytes < 4 * 1024**2


class _LongFilms:
    """A store whose films are 48 MiB long."""

    SIZE = 48 * 1024**2

    def head(self, _key: str) -> int:
        return self.SIZE

    def open(self, _key: str, *, begin_at: int = 0) -> BinaryIO:
        blocks = iter([bytes(256 * 1024)] * ((self.SIZE - begin_at) // (256 * 1024)))
        return io.BufferedReader(_Blocks(blocks))

    def put_file(self, key: str, **_: object) -> None:
        raise NotImplementedError

    def delete(self, key: str) -> None:
        raise NotImplementedError


class _Blocks(io.RawIOBase):
    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._blocks, b"")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
