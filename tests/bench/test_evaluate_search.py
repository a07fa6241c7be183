"""The judge of search: what it loads, what it holds to be true, and how it counts."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from api_schema.media_jobs import TimedCue
from backend.demo.faulttalk import FaultTalkThread, read_faulttalk
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Cue
from backend.domain.search.queries import search
from backend.domain.threads.models import Thread
from bench.evaluate_search.judging import hit_at_1, interval, mrr, place_of
from bench.evaluate_search.loading import Loaded, load
from bench.evaluate_search.moments import MarkedMoments, Spot
from bench.evaluate_search.report import figures
from bench.evaluate_search.speech import transcript_of
from tests import cast

DATA = Path(__file__).resolve().parents[2] / "bench" / "data" / "faulttalk-dev.jsonl"


@pytest.fixture(scope="module")
def faults() -> list[FaultTalkThread]:
    return read_faulttalk(DATA)[:3]


@pytest.fixture(scope="class")
def loading(class_db: None, faults: list[FaultTalkThread]) -> tuple[Actor, list[Loaded]]:
    """Who asked, and what was loaded of the faults."""
    return load(faults, now=cast.NOW)


class TestSpeech:
    @pytest.fixture
    def cues(self) -> tuple[TimedCue, ...]:
        return transcript_of("One two three four five six. Seven eight.").cues

    def test_says_two_and_a_half_words_a_second_and_breathes_between_sentences(
        self, cues: tuple[TimedCue, ...]
    ) -> None:
        starts = [word.start_ms for cue in cues for word in cue.words]

        assert starts == [0, 400, 800, 1_200, 1_600, 2_000, 3_000, 3_400]

    def test_loses_no_word(self, faults: list[FaultTalkThread]) -> None:
        said = faults[0].ask_transcript

        assert " ".join(cue.text for cue in transcript_of(said).cues).split() == said.split()


@pytest.mark.django_db
class TestLoad:
    def test_leaves_fixed_threads_with_captioned_clips(self, loading: tuple[Actor, list[Loaded]]) -> None:
        asker, loaded = loading

        threads = tenancy.within(asker, Thread).filter(pk__in=[one.thread_id for one in loaded])
        assert [thread.status for thread in threads] == ["fixed"] * 3
        for one in loaded:
            for clip_id, heard in zip(one.clip_ids, one.heard, strict=True):
                cues = tenancy.within(asker, Cue).filter(clip_id=clip_id).order_by("position")
                assert [(cue.start_ms, cue.text) for cue in cues] == [(cue.start_ms, cue.text) for cue in heard.cues]

    def test_makes_what_is_said_findable_at_its_moment(self, loading: tuple[Actor, list[Loaded]]) -> None:
        asker, loaded = loading
        last = loaded[0].heard[1].cues[-1]

        hit = search(actor=asker, words=last.text)[0]

        assert hit.id == loaded[0].thread_id
        assert hit.moment is not None
        assert (hit.moment.clip_id, hit.moment.start_ms) == (loaded[0].clip_ids[1], last.start_ms)


@pytest.mark.django_db
class TestMarkedMoments:
    def test_marks_the_caption_that_shares_the_rarest_words(self, loading: tuple[Actor, list[Loaded]]) -> None:
        _, loaded = loading
        cue = next(cue for cue in loaded[0].heard[0].cues if "drier" in cue.text)

        assert MarkedMoments(loaded).marked(0, "is it the drier") == Spot(loaded[0].clip_ids[0], cue.start_ms)

    def test_marks_nothing_when_nothing_is_shared(self, loading: tuple[Actor, list[Loaded]]) -> None:
        _, loaded = loading

        assert MarkedMoments(loaded).marked(0, "xylophone") is None

    @pytest.mark.parametrize(("start_ms", "is_near"), [(5_000, True), (15_000, True), (15_001, False), (4_999, False)])
    def test_is_near_within_five_seconds_either_way(
        self, loading: tuple[Actor, list[Loaded]], start_ms: int, is_near: bool
    ) -> None:
        _, (one, *_) = loading

        assert Spot(one.clip_ids[0], start_ms).is_near(Spot(one.clip_ids[0], 10_000)) is is_near
        assert not Spot(one.clip_ids[1], 10_000).is_near(Spot(one.clip_ids[0], 10_000))


class TestJudging:
    def test_counts_places_from_one_and_a_miss_as_nothing(self) -> None:
        places = [place_of(7, answer) for answer in ([7, 8], [8, 7], [8, 9])]

        assert places == [1, 2, 0]
        assert (mrr(places), hit_at_1(places)) == (0.5, 1 / 3)

    def test_is_the_surer_the_more_is_asked(self) -> None:
        widths = [self._width_of([0, 1] * 10), self._width_of([0, 1] * 100)]

        # The standard error of a half among n is 0.5 / √n; 95 % are 3.92 of it.
        assert widths == pytest.approx([3.92 * 0.5 / 20**0.5, 3.92 * 0.5 / 200**0.5], rel=0.15)

    @staticmethod
    def _width_of(values: list[int]) -> float:
        low, high = interval(len(values), lambda drawn: mean(values[index] for index in drawn))
        return high - low


class TestFigures:
    def test_tells_ours_beside_bm25_and_null_without_an_embedder(self) -> None:
        kinds = ("identifier", "typed", "spoken")
        systems = {"Cuppa": {kind: [1, 1, 2, 1] for kind in kinds}, "BM25": {kind: [1, 2, 2, 1] for kind in kinds}}

        told = {each.name: each.told() for each in figures(systems, [True, True, True, False])}

        assert told["typed_mrr"] == {"ours": 0.875, "peer": 0.75, "ratio": 1.1667}
        assert told["identifier_hit1"] == {"ours": 0.75, "peer": 0.5, "ratio": 1.5}
        assert told["typed_mrr_dense"] == {"ours": None, "peer": None, "ratio": None}
        assert told["moment_within_5s"] == {"ours": 0.75, "peer": None, "ratio": None}

    def test_tells_what_an_embedder_brought_beside_the_same_peer(self) -> None:
        kinds = ("identifier", "typed", "spoken")
        systems = {
            "Cuppa": {kind: [2, 2] for kind in kinds},
            "BM25": {kind: [2, 2] for kind in kinds},
            "with meaning": {"identifier": [1, 1], "typed": [1, 2], "spoken": [1, 1]},
        }

        told = {each.name: each.told() for each in figures(systems, [])}

        assert told["typed_mrr_dense"] == {"ours": 0.75, "peer": 0.5, "ratio": 1.5}
        assert told["spoken_mrr_dense"] == {"ours": 1.0, "peer": 0.5, "ratio": 2.0}
        assert told["typed_mrr"] == {"ours": 0.5, "peer": 0.5, "ratio": 1.0}

    def test_stays_readable_when_the_peer_finds_nothing_and_nothing_is_heard(self) -> None:
        systems = {name: {kind: [0] for kind in ("identifier", "typed", "spoken")} for name in ("Cuppa", "BM25")}

        told = {each.name: each.told() for each in figures(systems, [])}

        assert told["typed_mrr"] == {"ours": 0, "peer": 0, "ratio": None}
        assert told["moment_within_5s"] == {"ours": None, "peer": None, "ratio": None}
