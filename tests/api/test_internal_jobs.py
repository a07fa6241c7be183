"""The media worker's side door, as a worker meets it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from api_schema.media_jobs import ClaimedJob, Failure, FailureCode, JobKind, Lease, Progress, UploadUrls
from api_schema.wire import from_wire, to_wire
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.attempts import attempt_prefix
from backend.domain.clips.models import Clip, MediaJob
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import object_store
from tests.domain.clips.worker import Worker, events, job_of, received_clip, states_of, transcript


@pytest.fixture
def store() -> LocalStore:
    opened = object_store()
    assert isinstance(opened, LocalStore)
    return opened


@pytest.fixture
def clip(owner: Person, store: LocalStore) -> Clip:
    return received_clip(owner, store, now=timezone.now())


def call(job_id: object, what: str, body: Any, bearer: str | None) -> Any:
    """Return the answer to a worker's POST."""
    api = APIClient()
    if bearer is not None:
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {bearer}")
    return api.post(f"/api/internal/v1/jobs/{job_id}/{what}", to_wire(body), format="json")


def claim(clip: Clip, kind: JobKind = JobKind.RENDER) -> ClaimedJob:
    """Claim the clip's job over HTTP."""
    answer = call(job_of(clip, kind).id, "claim", {"worker": "media-1:17"}, settings.WORKER_KEY)
    assert answer.status_code == 200, answer.content
    return from_wire(ClaimedJob, answer.json())


class TestClaim:
    def test_leases_the_job_to_whoever_has_the_worker_key(self, clip: Clip) -> None:
        claimed = claim(clip)

        assert (claimed.clip_id, claimed.kind, claimed.attempt, claimed.lease_s) == (clip.id, JobKind.RENDER, 1, 20)
        assert job_of(clip).worker == "media-1:17"

    def test_keeps_of_a_workers_name_what_can_be_written(self, clip: Clip) -> None:
        answer = call(job_of(clip).id, "claim", {"worker": "media\x00-1\n" + "x" * 500}, settings.WORKER_KEY)

        assert answer.status_code == 200
        assert job_of(clip).worker == "media -1 " + "x" * 91

    @pytest.mark.parametrize("key", [None, "", "wrong", "schlüssel"])
    def test_refuses_a_missing_or_wrong_key(self, key: str | None, clip: Clip) -> None:
        answer = call(job_of(clip).id, "claim", {"worker": "media-1"}, key)

        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert job_of(clip).status == "queued"

    def test_refuses_a_job_that_is_taken_or_unknown(self, clip: Clip) -> None:
        claim(clip)

        for job_id in (job_of(clip).id, uuid7()):
            answer = call(job_id, "claim", {"worker": "media-2"}, settings.WORKER_KEY)
            assert (answer.status_code, answer.json()["code"]) == (409, "job_not_claimable")

    def test_does_not_open_the_rest_with_the_worker_key(self, clip: Clip) -> None:
        claim(clip)

        answer = call(job_of(clip).id, "progress", Progress(10), settings.WORKER_KEY)

        assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")


class TestUploadUrls:
    def test_gives_a_link_for_each_name(self, clip: Clip) -> None:
        claimed = claim(clip)

        answer = call(claimed.job_id, "upload-urls", {"names": ["v240/init.mp4"]}, claimed.job_token)

        urls = from_wire(UploadUrls, answer.json()).urls
        assert re.fullmatch(rf"{re.escape(settings.PUBLIC_URL)}/objects/\S+", urls["v240/init.mp4"])

    def test_refuses_a_name_that_leaves_the_jobs_folder(self, clip: Clip) -> None:
        claimed = claim(clip)

        answer = call(claimed.job_id, "upload-urls", {"names": ["../../original"]}, claimed.job_token)

        assert (answer.status_code, answer.json()["code"]) == (422, "result_refused")


class TestReports:
    @pytest.fixture
    def worker(self, clip: Clip, store: LocalStore) -> Worker:
        return Worker(store, claim(clip), prefix=attempt_prefix(job_of(clip)))

    def send(self, worker: Worker, what: str, body: Any) -> Any:
        return call(worker.claimed.job_id, what, body, worker.claimed.job_token)

    def test_take_a_clip_from_received_to_captioned(self, clip: Clip, worker: Worker, store: LocalStore) -> None:
        lease = self.send(worker, "progress", worker.first_seconds())
        assert from_wire(Lease, lease.json()) == Lease(20)
        assert self.send(worker, "result", worker.whole_video()).status_code == 200
        transcriber = Worker(store, claim(clip, JobKind.TRANSCRIBE), prefix="")
        assert self.send(transcriber, "result", transcript()).status_code == 200

        states = states_of(clip)
        assert states.pop("waveform") == "absent not_needed"
        assert set(states.values()) == {"ready"}

    def test_tell_the_author_through_the_outbox_when_the_file_is_at_fault(self, clip: Clip, worker: Worker) -> None:
        answer = self.send(worker, "failure", Failure(FailureCode.CUT_SHORT, "The file ends in the middle."))

        clip.refresh_from_db()
        assert answer.status_code == 200
        assert (clip.status, clip.rejection_code) == ("rejected", "cut_short")
        assert len(events("clip.rejected")) == 1

    def test_of_a_late_attempt_are_refused(self, clip: Clip, worker: Worker) -> None:
        jobs = tenancy.within_organisation(clip.organisation_id, MediaJob)
        jobs.update(lease_until=timezone.now() - timedelta(seconds=1))
        claim(clip)

        answer = self.send(worker, "progress", Progress(50))

        assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")

    @pytest.mark.parametrize(
        ("what", "body"),
        [
            ("progress", {}),
            ("progress", {"percent": "10"}),
            ("progress", {"percent": 101}),
            ("progress", {"percent": 10**12}),
            ("progress", [1, 2]),
            ("progress", {"percent": 1, "segments": [{"rendition": "v9000"}]}),
            ("result", 5),
            ("result", {"outcome": "speech"}),
            ("result", {"probe": None}),
            ("failure", {"code": "because", "detail": ""}),
        ],
    )
    def test_that_are_malformed_are_refused_and_change_nothing(
        self, what: str, body: object, clip: Clip, worker: Worker
    ) -> None:
        answer = self.send(worker, what, body)

        assert (answer.status_code, answer.json()["code"]) == (422, "result_refused")
        assert (job_of(clip).status, job_of(clip).clip.render_percent) == ("running", 0)

    def test_that_are_no_json_are_refused(self, worker: Worker) -> None:
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {worker.claimed.job_token}")

        answer = api.post(
            f"/api/internal/v1/jobs/{worker.claimed.job_id}/progress", b"\xff{", content_type="application/json"
        )

        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
