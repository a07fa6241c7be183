"""A month under the product's own operations, on the suite's database."""

from __future__ import annotations

import re

import pytest

from bench.simulate.arms import BROADCAST, FOLLOWERS, WAVES, Month, run_month
from bench.simulate.parameters import Parameters
from bench.simulate.report import broken_bars, figures, tell_month


def one_day(*, seed: int = 5, people: int = 24) -> Month:
    return run_month(Parameters(seed=seed, people=people, days=1), name=f"One day {seed}", progress=lambda _line: None)


class TestRunMonth:
    def test_asks_the_same_faults_in_every_arm_and_tells_what_came_of_them(self, db: None) -> None:
        month = one_day()

        assert list(month.measures) == [WAVES, BROADCAST, FOLLOWERS]
        assert {measures.asks_count for measures in month.measures.values()} == {len(month.world.faults)}
        assert month.measures[WAVES].pushes_count > 0
        assert any(re.match(r"pushes per answered ask +\d", line) for line in tell_month(month))
        assert [figure.name for figure in figures(month)] == [
            "answered_in_10_min_share",
            "pushes_per_answer",
            "pushes_vs_broadcast",
            "median_vs_broadcast",
            "outside_hours",
        ]
        assert isinstance(broken_bars(month), list)

    @pytest.mark.django_db(transaction=False)
    def test_is_the_same_to_the_last_push_for_the_same_seed(self) -> None:
        from django.db import transaction

        months = []
        for _ in range(2):
            with transaction.atomic():
                months.append(one_day(people=12))
                transaction.set_rollback(True)

        assert months[0].records == months[1].records
