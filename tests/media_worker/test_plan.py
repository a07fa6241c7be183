from __future__ import annotations

from dataclasses import replace

import pytest

from media_worker.render.plan import within_time
from tests.media_worker.fake_backend import LIMITS


class TestWithinTime:
    @pytest.mark.parametrize(("duration_ms", "allowed_s"), [(1, 120), (2_000, 160), (60_000, 1_320)])
    def test_gives_a_clip_time_by_its_length(self, duration_ms: int, allowed_s: int) -> None:
        limits = within_time(replace(LIMITS, wall_clock_s=3_600), duration_ms=duration_ms)

        assert limits.wall_clock_s == allowed_s

    def test_gives_no_more_than_the_job_may_take(self) -> None:
        assert within_time(replace(LIMITS, wall_clock_s=90), duration_ms=600_000).wall_clock_s == 90
