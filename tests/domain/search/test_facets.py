"""Narrowing a search down, and what it can be narrowed down by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.search.documents import Facts, NewDocument
from backend.domain.search.models import SubjectKind
from backend.domain.search.narrowing import Facet, Narrowing, Outcome
from backend.domain.search.queries import SearchResult, look_up
from tests.domain.search.documents import cue_document, howto_document, put, thread_document

pytestmark = pytest.mark.django_db

WANTED: list[tuple[str, Any]] = [
    ("make", "ZEPHRANE"), ("make", "nobody's"), ("model", "kx9"), ("code", "E4"), ("outcome", Outcome.HOWTO),
    ("outcome", Outcome.SOLVED), ("outcome", Outcome.UNSOLVED), ("language", "DE"), ("held", True), ("held", False),
]  # fmt: skip


@dataclass(frozen=True)
class World:
    """Faults of twelve valves and a how-to, as the tests know them; a ventil is one in both languages."""

    actor: Any
    documents: list[NewDocument]
    site: Site


@pytest.fixture
def world(organisation: Organisation, site: Site, owner: Person, outsider: Person, now: datetime) -> World:
    machines = [("Zephrane", "AC-350", "E-04"), ("zephrane", "AC-200", ""), ("Kulto", "KX 9", "E4")]
    documents = [
        thread_document(
            f"Ventil {number}",
            is_solved=is_solved,
            language=language,
            facts=Facts(make, model, code, site.pk if is_solved else None, is_held=is_solved and number == 0),
        )
        for number, ((make, model, code), is_solved, language) in enumerate(
            product(machines, [True, False], ["en", "de-CH"])
        )
    ]
    documents.append(howto_document("Ventil", facts=Facts("Kulto", "KX 9")))
    cue = cue_document(documents[0].subject_id, "klemmt", clip_id=uuid7(), start_ms=0)
    put(organisation, now, *documents, cue)
    elsewhere = thread_document("Ventil", facts=Facts("Zephrane", "AC-350", "E-04", site.pk, is_held=True))
    put(outsider.organisation, now, elsewhere, thread_document("Ventil"))
    return World(owner.actor, documents, site)


def look(world: World, *, with_facets: bool = False, **narrowing: Any) -> SearchResult:
    narrowed = Narrowing(**narrowing)
    return look_up(actor=world.actor, words="ventil", limit=50, narrowing=narrowed, with_facets=with_facets)


def has(document: NewDocument, facet: str, value: Any) -> bool:
    """Whether the document has the fact, told apart from all of the product's own ways."""
    facts = document.facts
    assert facts is not None
    solved = "solved" if document.is_solved else "unsolved"
    outcome = "howto" if document.subject_kind is SubjectKind.HOWTO else solved
    truths: dict[str, bool] = {
        "make": facts.make.lower() == str(value).lower(),
        "model": facts.model.replace("-", "").replace(" ", "") == str(value).replace("-", "").replace(" ", "").upper(),
        "code": bool(facts.code) and str(value) == "E4",
        "site_id": facts.site_id == value,
        "outcome": outcome == value,
        "language": document.language[:2] == str(value)[:2].lower(),
        "held": facts.is_held is value,
    }
    return truths[facet]


class TestNarrowing:
    def test_leaves_those_with_the_fact_and_no_others(self, world: World) -> None:
        for facet, value in WANTED:
            hits = look(world, **{facet: value}).hits

            right = {each.subject_id for each in world.documents if has(each, facet, value)}
            assert {hit.id for hit in hits} == right, (facet, value)

    def test_by_several_facts_wants_all(self, world: World) -> None:
        wanted: dict[str, Any] = {"make": "Kulto", "site_id": world.site.pk, "language": "de"}

        hits = look(world, **wanted).hits

        assert [hit.id for hit in hits] == [
            each.subject_id for each in world.documents if all(has(each, *fact) for fact in wanted.items())
        ]
        assert len(hits) == 1

    def test_follows_what_becomes_of_a_thread(self, world: World, organisation: Organisation, now: datetime) -> None:
        changed = world.documents[2]
        put(
            organisation,
            now,
            thread_document(
                "Ventil", thread_id=changed.subject_id, is_solved=True, facts=Facts("Other", "M1", "", None)
            ),
        )

        assert [hit.id for hit in look(world, make="other").hits] == [changed.subject_id]


class TestFacets:
    def test_are_counted_as_somebody_would_count_by_hand(self, world: World) -> None:
        narrowings: list[dict[str, Any]] = [
            {},
            {"make": "kulto"},
            {"outcome": Outcome.SOLVED, "language": "de"},
            {"code": "E9"},
        ]
        for narrowing in narrowings:
            facets = look(world, with_facets=True, **narrowing).facets

            assert facets is not None
            for facet, counts in facets.items():
                others = {name: value for name, value in narrowing.items() if name != facet}
                left = [each for each in world.documents if all(has(each, *fact) for fact in others.items())]
                assert {(each.value.lower(), each.count) for each in counts} == true_counts(facet, left, world), facet

    def test_name_sites_as_people_do(self, world: World) -> None:
        facets = look(world, with_facets=True).facets

        assert facets is not None
        assert [(each.value, each.label) for each in facets[Facet.SITE_ID]] == [(str(world.site.pk), world.site.name)]

    @pytest.mark.parametrize("threads_count", [1, 20])
    def test_take_one_query_more(
        self,
        threads_count: int,
        organisation: Organisation,
        owner: Person,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        facts = [Facts(f"Make {number}", f"M{number}") for number in range(threads_count)]
        put(organisation, now, *(thread_document("Ventil", facts=each) for each in facts))

        with django_assert_num_queries(5):
            result = look_up(actor=owner.actor, words="ventil", with_facets=True)

        assert result.facets is not None
        assert len(result.facets[Facet.MAKE]) == threads_count

    def test_are_empty_when_there_is_nothing_to_look_for(self, world: World) -> None:
        result = look_up(actor=world.actor, words="zzzz", with_facets=True)

        assert result == SearchResult(hits=[], facets={facet: [] for facet in Facet})


def true_counts(facet: Facet, documents: list[NewDocument], world: World) -> set[tuple[str, int]]:
    values: Counter[str] = Counter()
    for document in documents:
        assert document.facts is not None
        languages = {document.language[:2]} | ({"en"} if document is world.documents[0] else set())
        told: dict[Facet, Any] = {
            Facet.MAKE: document.facts.make.lower(),
            Facet.MODEL: document.facts.model.lower(),
            Facet.CODE: "e4" if document.facts.code else None,
            Facet.SITE_ID: document.facts.site_id,
            Facet.OUTCOME: next(value for value in Outcome if has(document, "outcome", value)).value,
            Facet.HELD: "true" if document.facts.is_held else None,
        }
        values.update(languages if facet is Facet.LANGUAGE else [str(told[facet])] if told[facet] else [])
    return set(values.items())
