"""The small-sample rule by which suggestions are ranked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.threads.models import Try
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.tallies import Tally, tally_of

outcomes = st.lists(st.sampled_from(list(TryOutcome)), max_size=30)


def tally(*said: TryOutcome) -> Tally:
    return tally_of([Try(outcome=outcome) for outcome in said])


class TestSuccessShare:
    @pytest.mark.parametrize(
        ("said", "share"),
        [
            ([], 1 / 2),
            ([TryOutcome.FIXED], 2 / 3),
            ([TryOutcome.NO], 1 / 3),
            ([TryOutcome.PARTLY], 1 / 2),
            ([TryOutcome.WORSE], 1 / 4),
            ([TryOutcome.NO] * 6, 1 / 8),
            ([TryOutcome.FIXED] * 3 + [TryOutcome.NO], 4 / 6),
        ],
    )
    def test_is_laplaces(self, said: list[TryOutcome], share: float) -> None:
        assert tally(*said).success_share == pytest.approx(share)

    @given(said=outcomes)
    def test_orders_one_more_outcome_as_one_would(self, said: list[TryOutcome]) -> None:
        fixed, partly, no, worse = (tally(*said, one).success_share for one in TryOutcome)

        assert 0 < worse < no < partly < fixed < 1

    @given(said=outcomes)
    def test_rises_with_a_fix_and_falls_with_a_failure(self, said: list[TryOutcome]) -> None:
        before = tally(*said).success_share

        assert tally(*said, TryOutcome.NO).success_share < before < tally(*said, TryOutcome.FIXED).success_share


class TestTallyOf:
    def test_counts_what_has_ended(self) -> None:
        tries = [
            Try(outcome="fixed", minutes=10),
            Try(outcome="no", minutes=40),
            Try(outcome="worse"),
            Try(outcome="", minutes=None),
        ]

        assert tally_of(tries) == Tally(tries=3, fixed=1, partly=0, no=1, worse=1, minutes_median=25.0)
