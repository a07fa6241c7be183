from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Organisation
from backend.domain.search import embedding
from backend.domain.search.embedders import EmbedderUnavailable
from backend.domain.search.embedding import TAKEN_FOR, Progress, measure_progress, take_all_up_again
from backend.domain.search.meaning import MEANING_WORDS, pack
from backend.domain.search.models import PassageVector
from backend.domain.search.operations import remove_subject
from backend.domain.search.vector_index import index_name
from tests.domain.search.documents import cue_document, put, thread_document
from tests.domain.search.embedder import MeaningEmbedder, embed_all


def vectors_of(organisation: Organisation, subject_id: UUID) -> dict[str, int]:
    """Return how many vectors the subject has, by embedder."""
    kept = tenancy.within_organisation(organisation.pk, PassageVector).filter(subject_id=subject_id)
    names = list(kept.values_list("embedder", flat=True))
    return {name: names.count(name) for name in names}


class TestPack:
    def test_keeps_lines_whole_together_up_to_half_a_minute_and_cuts_a_longer_one(self) -> None:
        half, long = "word " * (MEANING_WORDS // 2), "long " * (MEANING_WORDS + 5)

        packed = list(pack([half, half, "next", long]))

        assert [len(each.split()) for each in packed] == [MEANING_WORDS, 1, MEANING_WORDS, 5]
        assert list(pack(["", "  "])) == []


class TestEmbedWaiting:
    def test_embeds_each_subject_once_and_only_what_is_new_of_one_that_changed(
        self, organisation: Organisation, now: datetime
    ) -> None:
        embedder = MeaningEmbedder()
        thread, clip_id = thread_document("Pump", "it judders\nmounts"), uuid7()
        put(organisation, now, thread, thread_document("Fan"))

        done = [embed_all(embedder, now), embed_all(embedder, now)]
        put(organisation, now, cue_document(thread.subject_id, "oil drips", clip_id=clip_id, start_ms=0))
        done.append(embed_all(embedder, now))

        assert done == [2, 0, 1]
        assert sorted(embedder.texts[:2]) == ["Fan", "Pump it judders mounts"]
        assert embedder.texts[2:] == ["oil drips"]
        assert vectors_of(organisation, thread.subject_id) == {embedder.name: 2}
        assert measure_progress(embedder.name) == Progress(subjects_count=2, waiting_count=0)

    def test_throws_away_what_a_subject_no_longer_says_and_a_removed_one_had(
        self, organisation: Organisation, now: datetime
    ) -> None:
        embedder = MeaningEmbedder()
        thread, gone = thread_document("Pump", "it judders"), thread_document("Fan")
        put(organisation, now, thread, gone)
        embed_all(embedder, now)

        put(organisation, now, thread_document("Pump", "it leaks", thread_id=thread.subject_id))
        remove_subject(organisation_id=organisation.pk, subject_id=gone.subject_id)
        embed_all(embedder, now)

        assert vectors_of(organisation, thread.subject_id) == {embedder.name: 1}
        assert vectors_of(organisation, gone.subject_id) == {}

    def test_replaces_the_vectors_of_the_embedder_before(self, organisation: Organisation, now: datetime) -> None:
        before, after = MeaningEmbedder(), MeaningEmbedder(name="test:others")
        thread = thread_document("Pump", "it judders")
        put(organisation, now, thread)
        embed_all(before, now)

        done = embed_all(after, now)

        assert done == 1
        assert vectors_of(organisation, thread.subject_id) == {after.name: 1}
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s), to_regclass(%s)", [index_name(before), index_name(after)])
            assert None not in cursor.fetchone()

    def test_writes_nothing_of_a_subject_that_changes_while_the_model_computes(
        self, organisation: Organisation, now: datetime
    ) -> None:
        thread = thread_document("Pump", "it judders")

        class Slow(MeaningEmbedder):
            def embed_documents(self, texts: object) -> list[list[float]]:
                vectors = super().embed_documents(texts)  # type: ignore[arg-type]
                if len(self.texts) == 1:
                    put(organisation, now, thread_document("Pump", "it leaks", thread_id=thread.subject_id))
                return vectors

        embedder = Slow()
        put(organisation, now, thread)

        done = embed_all(embedder, now)

        assert done == 1
        assert embedder.texts == ["Pump it judders", "Pump it leaks"]
        assert vectors_of(organisation, thread.subject_id) == {embedder.name: 1}

    def test_takes_up_what_a_killed_run_had_taken_when_its_time_is_over(
        self, organisation: Organisation, now: datetime
    ) -> None:
        embedder = MeaningEmbedder()
        put(organisation, now, thread_document("Pump"))
        killed = embedding._take(embedder, now=now)  # as after kill -9: taken, never kept

        too_early = embed_all(embedder, now + TAKEN_FOR - timedelta(seconds=1))
        in_time = embed_all(embedder, now + TAKEN_FOR)

        assert (len(killed), too_early, in_time) == (1, 0, 1)
        assert embedding._embed(embedder, killed) == 0  # it was not dead but slow

    def test_lets_a_failed_model_try_again_later(self, organisation: Organisation, now: datetime) -> None:
        embedder = MeaningEmbedder(is_broken=True)
        put(organisation, now, thread_document("Pump"))

        with pytest.raises(EmbedderUnavailable, match="broken"):
            embed_all(embedder, now)
        waiting = measure_progress(embedder.name)
        embedder.is_broken = False

        assert waiting == Progress(subjects_count=1, waiting_count=1)
        assert embed_all(embedder, now + TAKEN_FOR) == 1

    def test_embeds_everything_anew_when_told(self, organisation: Organisation, now: datetime) -> None:
        embedder = MeaningEmbedder()
        put(organisation, now, thread_document("Pump"))
        embed_all(embedder, now)

        assert take_all_up_again() == 1
        assert embed_all(embedder, now) == 1
