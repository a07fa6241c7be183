from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person
from backend.domain.search.models import SubjectKind
from backend.domain.search.queries import Matched, search, similar
from tests.domain.search.documents import cue_document, howto_document, put, thread_document
from tests.domain.search.embedder import MeaningEmbedder, embed_all, embedding_with


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> Iterator[MeaningEmbedder]:
    with embedding_with(MeaningEmbedder(), monkeypatch) as embedder:
        yield embedder


class TestSearchByMeaning:
    def test_finds_what_is_said_in_other_words_and_orders_it_with_what_words_found(
        self, organisation: Organisation, owner: Person, embedder: MeaningEmbedder, now: datetime
    ) -> None:
        pump = thread_document("Pump", "it quonks")
        film = thread_document("Fan")
        caption = cue_document(film.subject_id, "you see it flurp here", clip_id=uuid7(), start_ms=3_000)
        put(organisation, now, pump, film, caption, thread_document("Pump", "water on the floor, a puddle"))
        embed_all(embedder, now)

        hits = search(actor=owner.actor, words="pump zibbers")

        assert [hit.id for hit in hits[:2]] == [pump.subject_id, film.subject_id]
        assert [hit.matched for hit in hits[:2]] == [Matched.TEXT, Matched.MEANING]
        assert (hits[1].title, hits[1].share) == ("Fan", 0)

    def test_shows_only_what_may_be_found_and_nothing_of_another_organisation(
        self,
        organisation: Organisation,
        owner: Person,
        outsider: Person,
        embedder: MeaningEmbedder,
        now: datetime,
    ) -> None:
        howto, thread = howto_document("Mounts", "it quonks"), thread_document("Mounts", "it flurps, oily")
        known = thread_document("Pump")  # a question of unknown words alone finds nothing
        put(organisation, now, howto, thread, known)
        put(outsider.organisation, now, thread_document("Foreign", "it quonks"))
        embed_all(embedder, now)

        everything = {hit.id for hit in search(actor=owner.actor, words="pump zibbers")}
        howtos = {hit.id for hit in search(actor=owner.actor, words="pump zibbers", kinds=[SubjectKind.HOWTO])}
        without = {hit.id for hit in search(actor=owner.actor, words="pump zibbers -oily")}

        assert everything == {howto.subject_id, thread.subject_id, known.subject_id}
        assert howtos == {howto.subject_id}
        assert without == {howto.subject_id, known.subject_id}

    def test_asks_as_often_for_one_as_for_twenty_and_never_at_ask_time(
        self, organisation: Organisation, owner: Person, embedder: MeaningEmbedder, now: datetime
    ) -> None:
        put(organisation, now, thread_document("Pump", "it quonks"))
        embed_all(embedder, now)
        with CaptureQueriesContext(connection) as for_one:
            search(actor=owner.actor, words="pump zibbers")
        put(organisation, now, *(thread_document("Pump", f"it flurps {number}") for number in range(19)))
        embed_all(embedder, now)

        with CaptureQueriesContext(connection) as for_twenty:
            hits = search(actor=owner.actor, words="pump zibbers")
        embedder.is_broken = True  # and nobody notices below
        found = similar(actor=owner.actor, words="pump quonks", identifiers=[], solved_only=False)

        assert len(hits) == 20
        assert len(for_twenty) == len(for_one)
        assert found

    def test_goes_by_words_alone_and_says_so_when_the_embedder_fails(
        self,
        organisation: Organisation,
        owner: Person,
        embedder: MeaningEmbedder,
        now: datetime,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        pump = thread_document("Pump", "it quonks")
        put(organisation, now, pump, thread_document("Fan", "it flurps"))
        embed_all(embedder, now)
        embedder.is_broken = True

        hits = search(actor=owner.actor, words="pump zibbers")

        assert [hit.id for hit in hits] == [pump.subject_id]
        assert "Search goes by words alone: The model is broken." in caplog.text
