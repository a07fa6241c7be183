"""Kept asks, replayed: what a ranking is worth, and that nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from api_schema.ids import uuid7
from bench.routing.__main__ import _read_weights
from bench.routing.judging import as_asked, at_random, by_tag, by_weights, halves, help_share, judge
from bench.routing.kept import KeptAsk, KeptRound, read_rounds
from bench.simulate.arms import run_month
from bench.simulate.parameters import Parameters

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def kept_ask(
    *,
    wave: int = 1,
    rank: int = 1,
    helped: bool = False,
    pushed: bool = True,
    explores: bool = False,
    **features: float,
) -> KeptAsk:
    return KeptAsk(uuid7(), wave, rank, features, is_pushed=pushed, is_exploration=explores, helped=helped)


def kept_round(*asks: KeptAsk, minutes: int = 0) -> KeptRound:
    return KeptRound(NOW + timedelta(minutes=minutes), asks)


class TestJudge:
    def test_gives_all_to_a_ranking_that_puts_the_answerer_first(self) -> None:
        rounds = [kept_round(kept_ask(fixed=0.1), kept_ask(wave=2, helped=True, fixed=0.9))]

        judged = judge(rounds, by_weights({"fixed": 2.0}))

        assert (judged.wave1_precision, judged.answerer_mrr) == (1.0, 1.0)

    def test_halves_the_rank_of_an_answerer_in_second_place(self) -> None:
        rounds = [kept_round(kept_ask(fixed=0.9), kept_ask(wave=2, helped=True, fixed=0.1))]

        judged = judge(rounds, by_weights({"fixed": 2.0}))

        assert (judged.wave1_precision, judged.answerer_mrr) == (0.0, 0.5)

    def test_ignores_features_without_a_weight(self) -> None:
        rounds = [kept_round(kept_ask(old=9.0), kept_ask(wave=2, helped=True, fixed=0.1))]

        assert judge(rounds, by_weights({"fixed": 1.0})).answerer_mrr == 1.0

    def test_of_chance_is_the_mean_of_many_orders(self) -> None:
        asks = [kept_ask(helped=number == 0, rank=number + 1) for number in range(4)]
        rounds = [kept_round(asks[0], *(kept_ask(wave=2) for _ in range(3)), minutes=minute) for minute in range(200)]

        judged = judge(rounds, at_random)

        assert judged.wave1_precision == pytest.approx(0.25, abs=0.02)
        assert judged.answerer_mrr == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, abs=0.02)

    def test_leaves_out_rounds_that_tell_no_ranking_from_another(self) -> None:
        nobody_helped = kept_round(kept_ask(), kept_ask(wave=2))
        nobody_else = kept_round(kept_ask(helped=True))

        judged = judge([nobody_helped, nobody_else], at_random)

        assert not nobody_helped.is_telling
        assert not nobody_else.is_telling
        assert (judged.wave1_precision, judged.answerer_mrr, judged.load_gini) == (0.0, 0.0, 0.0)

    def test_takes_the_size_of_the_first_wave_that_pushed(self) -> None:
        silent = kept_ask(wave=1, pushed=False)

        kept = kept_round(silent, kept_ask(wave=2), kept_ask(wave=2, rank=2), kept_ask(wave=3, helped=True))

        assert kept.wave1_size == 2


class TestRankings:
    def test_by_tag_puts_followers_first(self) -> None:
        follower, other = kept_ask(has_skill=1.0), kept_ask(has_skill=0.0)

        assert by_tag(kept_round(other, follower), Random(1)) == [follower, other]

    def test_as_asked_goes_by_wave_and_rank(self) -> None:
        third, first, second = kept_ask(wave=2), kept_ask(rank=1), kept_ask(rank=2)

        assert as_asked(kept_round(third, first, second), Random(1)) == [first, second, third]

    def test_halves_are_in_order_of_time(self) -> None:
        assert halves([1, 2, 3]) == ([1], [2, 3])

    def test_help_of_explorations_is_told_apart(self) -> None:
        rounds = [kept_round(kept_ask(explores=True, helped=True), kept_ask(), kept_ask(pushed=False, helped=True))]

        assert help_share(rounds, of_explorations=True) == (1.0, 1)
        assert help_share(rounds, of_explorations=False) == (0.0, 1)


class TestReadRounds:
    def test_reads_what_the_product_kept_oldest_first(self, db: None) -> None:
        month = run_month(Parameters(people=24, days=2), name="Kept", progress=lambda _line: None)

        rounds = read_rounds()

        assert rounds == sorted(rounds, key=lambda kept: kept.opened_at)
        assert sum(ask.is_pushed for kept in rounds for ask in kept.asks) > 0
        assert any(ask.helped for kept in rounds for ask in kept.asks)
        assert all(0 <= value <= 1 for kept in rounds for ask in kept.asks for value in ask.features.values())
        assert len(rounds) >= len({answer.fault for answer in month.records["waves"].answers})

    def test_of_an_empty_database_is_nothing(self, db: None) -> None:
        assert read_rounds() == []


class TestWeights:
    @pytest.mark.parametrize("text", ["", "[1, 2]", '{"load": "much"}', '{"load": null}', "not json"])
    def test_that_are_none_are_refused_in_a_sentence(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "weights.json"
        path.write_text(text)

        with pytest.raises(SystemExit, match="does not hold weights like"):
            _read_weights(path)

    def test_of_a_file_that_is_not_there_are_refused_in_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="does not hold weights like"):
            _read_weights(tmp_path / "none.json")

    def test_are_numbers_by_name(self, tmp_path: Path) -> None:
        path = tmp_path / "weights.json"
        path.write_text('{"load": -2}')

        assert _read_weights(path) == {"load": -2.0}


class TestRealDatabase:
    def test_is_only_read(self, transactional_db: None) -> None:
        program = (
            "from bench.routing.__main__ import open_read_only; open_read_only()\n"
            "from django.db import connection\n"
            "connection.cursor().execute('CREATE TABLE something ()')\n"
        )

        ended = run_python("-c", program)

        assert ended.returncode != 0
        assert "read-only transaction" in ended.stderr

    def test_without_asks_gives_zeros(self, transactional_db: None) -> None:
        ended = run_python("-m", "bench.routing", "--real")

        assert ended.returncode == 0, ended.stderr
        assert '"answerer_mrr": {"ours": 0.0, "peer": 0.0, "ratio": null}' in ended.stdout.splitlines()[-1]


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    database = connection.settings_dict
    address = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    environment = {**os.environ, "DATABASE_URL": address}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
