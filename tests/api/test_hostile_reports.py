"""Whatever a media worker says, the backend refuses or obeys; it never breaks, nor half obeys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from rest_framework.test import APIClient

from api_schema.media_jobs import Failure, FailureCode, JobKind
from api_schema.wire import to_wire
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Artefact, Clip, Cue, MediaJob, Segment
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import object_store
from backend.outbox.models import OutboxEvent
from tests.domain.clips.worker import Worker, received_clip, transcript

pytestmark = pytest.mark.django_db

HUGE_NUMBER = "a number that no float can hold"  # JSON has such numbers, and Python reads them as infinity
ODD_NUMBERS = [-1, 0, 2**15, 2**31, 2**63, 2**64, 10**400, -(10**400), 0.5, -0.0, 1e308, -1e308, HUGE_NUMBER]
ODD_TEXTS = ["", "\x00", "\ud800", "\u202e", "💧" * 300, "x" * 400, "../../etc/passwd", 'a"\n#EXT-X-ENDLIST', "v240"]
ODD_VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(ODD_NUMBERS)
    | st.sampled_from(ODD_TEXTS)
    | st.text(max_size=20)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=5), st.integers(), max_size=2)
)
A_FEW = examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ROWS = (Clip, Artefact, Segment, MediaJob, Cue)


@pytest.fixture
def store() -> LocalStore:
    opened = object_store()
    assert isinstance(opened, LocalStore)
    return opened


@pytest.fixture
def clip(owner: Person, store: LocalStore) -> Clip:
    return received_clip(owner, store, now=timezone.now())


@pytest.fixture
def messages(clip: Clip, store: LocalStore) -> dict[str, tuple[Worker, str, Any]]:
    """Each kind of message, honest still: who says it, where, and its body."""
    now = timezone.now()
    renderer = Worker.claim(clip, store, now=now)
    whole = to_wire(renderer.whole_video())
    early = to_wire(renderer.first_seconds())
    names = {"names": ["v240/init.mp4", "poster.jpg"]}
    failure = to_wire(Failure(FailureCode.TIMED_OUT, "Too slow."))
    return {
        "progress": (renderer, "progress", early),
        "render": (renderer, "result", whole),
        "failure": (renderer, "failure", failure),
        "upload-urls": (renderer, "upload-urls", names),
    }


@pytest.fixture
def captions(owner: Person, store: LocalStore) -> dict[str, tuple[Worker, str, Any]]:
    """The messages of a transcription."""
    now = timezone.now()
    clip = received_clip(owner, store, now=now)
    Worker.claim(clip, store, now=now).render(now=now)
    transcriber = Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)
    heard = to_wire(transcript())
    return {
        "early transcript": (transcriber, "progress", {"percent": 10, "transcript": heard}),
        "transcript": (transcriber, "result", heard),
    }


def send(worker: Worker, what: str, body: Any) -> Any:
    """Return the answer to a report; it goes out as text, so that JSON's own oddities go along."""
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {worker.claimed.job_token}")
    text = json.dumps(body).replace(json.dumps(HUGE_NUMBER), "1e999")
    path = f"/api/internal/v1/jobs/{worker.claimed.job_id}/{what}"
    return api.post(path, text, content_type="application/json")


def places_in(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside `body`."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in items:
        yield (*path, name)
        yield from places_in(value, (*path, name))


def spoilt(body: Any, data: st.DataObject) -> Any:
    """Return the body with one to three things changed: another value, a thing left out, or said twice."""
    body = deepcopy(body)
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(list(places_in(body))))
        inside = body
        for name in way:
            inside = inside[name]
        change = data.draw(st.sampled_from(["replace", "replace", "leave out", "say twice"]))
        if change == "replace":
            inside[last] = data.draw(ODD_VALUES)
        elif change == "leave out":
            del inside[last]
        elif isinstance(inside, list):
            inside.append(inside[last])
        if not body:
            return body
    return body


def everything() -> list[Any]:
    """Return every row that a report may touch, but the lease, which every heard report renews."""
    rows: list[Any] = [
        list(tenancy.across_organisations(model, why="a test").order_by("pk").values()) for model in ROWS
    ]
    for job in rows[ROWS.index(MediaJob)]:
        del job["lease_until"]
    return [*rows, list(OutboxEvent.objects.order_by("pk").values())]


@contextmanager
def undone() -> Iterator[None]:
    """Undo afterwards whatever was written: each example begins alike."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def check_refused_or_obeyed(message: tuple[Worker, str, Any], body: Any) -> None:
    worker, what, _ = message
    before = everything()

    answer = send(worker, what, body)

    assert answer.status_code in {200, 400, 409, 422}, answer.content
    if answer.status_code != 200:
        has_changed = everything() != before  # by itself: nobody wants to read the difference of all rows
        assert not has_changed


class TestHostileReports:
    @pytest.mark.parametrize("name", ["progress", "render", "failure", "upload-urls"])
    @given(data=st.data())
    @A_FEW
    def test_of_a_render_are_refused_or_obeyed(
        self, *, name: str, messages: dict[str, tuple[Worker, str, Any]], data: st.DataObject
    ) -> None:
        with undone():
            check_refused_or_obeyed(messages[name], spoilt(messages[name][2], data))

    @pytest.mark.parametrize("name", ["early transcript", "transcript"])
    @given(data=st.data())
    @A_FEW
    def test_of_a_transcription_are_refused_or_obeyed(
        self, *, name: str, captions: dict[str, tuple[Worker, str, Any]], data: st.DataObject
    ) -> None:
        with undone():
            check_refused_or_obeyed(captions[name], spoilt(captions[name][2], data))

    @given(worker=ODD_VALUES)
    @A_FEW
    def test_of_who_claims_are_refused_or_obeyed(self, *, clip: Clip, worker: Any) -> None:
        job = tenancy.within_organisation(clip.organisation_id, MediaJob).get(clip=clip)
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {settings.WORKER_KEY}")
        text = json.dumps({"worker": worker}).replace(json.dumps(HUGE_NUMBER), "1e999")

        with undone():
            answer = api.post(f"/api/internal/v1/jobs/{job.id}/claim", text, content_type="application/json")

        assert answer.status_code in {200, 400, 422}, answer.content

    @pytest.mark.parametrize(
        "body", ["[" * 100_000, '{"percent":' * 50_000, "1" * 10_000, '{"percent": NaN}', "", "\ufeff{}"]
    )
    def test_that_break_readers_are_refused(self, messages: dict[str, tuple[Worker, str, Any]], body: str) -> None:
        worker = messages["progress"][0]
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {worker.claimed.job_token}")

        answer = api.post(
            f"/api/internal/v1/jobs/{worker.claimed.job_id}/progress", body, content_type="application/json"
        )

        assert answer.status_code in {400, 422}, answer.content
