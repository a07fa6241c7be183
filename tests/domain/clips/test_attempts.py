from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from api_schema.events import AttemptLeft
from api_schema.media_jobs import Failure, FailureCode, Progress
from api_schema.wire import from_wire
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.attempts import remove_left_objects
from backend.domain.clips.jobs import requeue_lapsed_jobs
from backend.domain.clips.models import Clip, Segment
from backend.domain.clips.operations import retry_clip
from backend.domain.clips.results import record_failure, record_progress
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import Worker, events, job_of, states_of

MINUTE = timedelta(minutes=1)


def left() -> list[AttemptLeft]:
    return [from_wire(AttemptLeft, event.payload) for event in events("media.attempt_left")]


def remove(store: LocalStore) -> int:
    """Do for each attempt that was left what happens an hour later; return how many objects went."""
    facts: list[dict[str, Any]] = [vars(event) for event in left()]
    return sum(remove_left_objects(**one, store=store) for one in facts)


class TestLeaveAttempt:
    def test_is_told_an_hour_ahead_when_a_worker_fell_silent(
        self, clip: Clip, store: LocalStore, now: datetime
    ) -> None:
        silent = Worker.claim(clip, store, now=now)

        requeue_lapsed_jobs(now=now + MINUTE)

        assert [event.prefix for event in left()] == [silent.prefix]
        assert events("media.attempt_left")[0].offer_at == now + MINUTE + timedelta(hours=1)

    def test_is_told_when_another_worker_takes_over(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        silent = Worker.claim(clip, store, now=now)

        Worker.claim(clip, store, now=now + MINUTE)

        assert [event.prefix for event in left()] == [silent.prefix]

    def test_is_told_once_an_attempt_when_all_fail(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        prefixes = []
        for _ in range(3):
            worker = Worker.claim(clip, store, now=now)
            prefixes.append(worker.prefix)
            record_failure(**worker.proof, failure=Failure(FailureCode.TIMED_OUT, "Too slow."), now=now)

        assert [event.prefix for event in left()] == prefixes

    def test_says_nothing_of_an_attempt_that_was_good(self, worker: Worker, now: datetime) -> None:
        worker.render(now=now)

        assert left() == []


class TestRemoveLeftObjects:
    def test_removes_what_a_failed_attempt_wrote_and_spares_what_is_used(
        self, clip: Clip, store: LocalStore, now: datetime
    ) -> None:
        first = Worker.claim(clip, store, now=now)
        record_progress(**first.proof, progress=first.first_seconds(), store=store, now=now)
        poster = Progress(20, files=(first.file("poster.jpg"),))
        record_progress(**first.proof, progress=poster, store=store, now=now)
        record_failure(**first.proof, failure=Failure(FailureCode.TIMED_OUT, "Too slow."), now=now)
        second = Worker.claim(clip, store, now=now + MINUTE)
        second.render(now=now + MINUTE)

        assert remove(store) == 4  # two init segments, two segments
        assert remove(store) == 0

        assert list(store.list_keys(first.prefix)) == [f"{first.prefix}poster.jpg"]
        named = tenancy.within_organisation(clip.organisation_id, Segment).values_list("object_key", flat=True)
        assert all(store.head(key) for key in named)
        assert store.head(clip.original_key) == 5_000


class TestOneTapAfterPoison:
    def test_renders_a_clip_anew_that_was_given_up_half_way(
        self, clip: Clip, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        for attempt in range(3):
            worker = Worker.claim(clip, store, now=now + attempt * MINUTE)
            record_progress(**worker.proof, progress=worker.first_seconds(), store=store, now=now + attempt * MINUTE)
            requeue_lapsed_jobs(now=now + (attempt + 1) * MINUTE)
        clip.refresh_from_db()
        assert (clip.status, clip.rejection_code, job_of(clip).status) == ("rejected", "worker_error", "poison")
        assert clip.rejection_reason == "Processing stopped without an answer, each time it was tried."

        retry_clip(actor=owner.actor, clip_id=clip.pk, now=now + 9 * MINUTE)
        again = Worker.claim(clip, store, now=now + 9 * MINUTE)
        again.render(now=now + 9 * MINUTE)

        clip.refresh_from_db()
        assert (clip.status, clip.playable_at, clip.rejection_code) == ("ready", now + 9 * MINUTE, "")
        assert {states_of(clip)[kind] for kind in ("v240", "v480", "v720", "audio")} == {"ready"}
        rows = tenancy.within_organisation(clip.organisation_id, Segment)
        assert rows.count() == 12
        assert all(key.startswith(again.prefix) for key in rows.values_list("object_key", flat=True))
        assert again.claimed.attempt == 1
