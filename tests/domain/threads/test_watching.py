"""Whoever watches a thread hears of answers and tries."""

from __future__ import annotations

from typing import Any

import pytest

from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask, Wave
from backend.domain.equipment.models import Asset
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.waiting import fire_wave
from backend.live.models import LiveEvent
from tests.api.world import answer_and_try, ask_about

pytestmark = pytest.mark.django_db


def heard(*kinds: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what was told of these kinds, without the times."""
    rows = LiveEvent.objects.filter(kind__in=kinds).order_by("id").values_list("kind", "data")
    return [(kind, {name: value for name, value in data.items() if name != "at"}) for kind, data in rows]


class TestWhoeverWatches:
    def test_hears_how_many_are_asked_where_it_stands_and_whose_it_is(
        self, asset: Asset, owner: Person, colleague: Person
    ) -> None:
        thread = ask_about(asset, owner)
        wave = Wave.objects.filter(round__thread_id=thread.pk).order_by("number")[0]

        fire_wave(organisation_id=thread.organisation_id, wave_id=wave.pk, now=wave.due_at)

        told = dict(heard("asked", "moved", "owned"))
        asks = Ask.objects.filter(round__thread_id=thread.pk)
        assert told["asked"]["asked_count"] == asks.filter(wave__number=told["asked"]["wave_number"]).count() > 0
        assert told["moved"] == {"from": "draft", "to": "asked"}
        assert told["owned"]["next_owner_id"] is not None

    def test_hears_who_answered_that_it_is_tried_and_how_that_went(
        self, asset: Asset, owner: Person, colleague: Person
    ) -> None:
        thread = ask_about(asset, owner)

        suggestion, attempt = answer_and_try(thread, colleague, TryOutcome.FIXED)

        ids = {"try_id": str(attempt.pk), "suggestion_id": str(suggestion.pk)}
        answer = {"suggestion_id": ids["suggestion_id"], "name": "Colin Colleague", "job_title": "HVAC technician"}
        assert heard("answered", "tried") == [
            ("answered", answer),
            ("tried", {**ids, "outcome": ""}),
            ("tried", {**ids, "outcome": "fixed"}),
        ]
