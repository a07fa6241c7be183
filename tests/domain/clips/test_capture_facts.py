from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from api_schema.media_jobs import MediaKind, ProbeFacts
from backend.domain.clips.capture_facts import Place, believable_filmed_at, believable_place

YESTERDAY = timedelta(days=1)
FAR_EAST, FAR_WEST = (timezone(timedelta(hours=hours)) for hours in (14, -12))


class TestBelievableFilmedAt:
    def test_is_what_the_phone_says(self, now: datetime) -> None:
        filmed_at = (now - YESTERDAY).astimezone(FAR_EAST)

        assert believable_filmed_at(facts(filmed_at=filmed_at), now=now) == now - YESTERDAY

    @pytest.mark.parametrize(
        "nonsense",
        [
            None,
            datetime(2026, 11, 22, 10, 0),  # noqa: DTZ001 - without a zone it is any of 26 hours
            datetime(1904, 1, 1, tzinfo=UTC),
            datetime(2036, 2, 7, tzinfo=UTC),
            datetime.min.replace(tzinfo=FAR_EAST),
            datetime.max.replace(tzinfo=FAR_WEST),
        ],
    )
    def test_drops_what_cannot_be(self, nonsense: datetime | None, now: datetime) -> None:
        assert believable_filmed_at(facts(filmed_at=nonsense), now=now) is None


class TestBelievablePlace:
    def test_is_what_the_phone_says(self) -> None:
        assert believable_place(facts(latitude=53.8, longitude=-1.55)) == Place(53.8, -1.55)

    @pytest.mark.parametrize(
        ("latitude", "longitude"),
        [(None, 1.0), (1.0, None), (90.1, 0.0), (0.0, -180.1), (float("nan"), 0.0), (0.0, float("inf"))],
    )
    def test_drops_what_is_nowhere(self, latitude: float | None, longitude: float | None) -> None:
        assert believable_place(facts(latitude=latitude, longitude=longitude)) is None


def facts(
    *, filmed_at: datetime | None = None, latitude: float | None = None, longitude: float | None = None
) -> ProbeFacts:
    return ProbeFacts(
        MediaKind.VIDEO, 12_000, has_audio=True, filmed_at=filmed_at, latitude=latitude, longitude=longitude
    )
