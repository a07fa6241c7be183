"""tus-js-client, unchanged, over good links and bad ones."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from tests.uploads.conftest import SignIn
from tests.uploads.node_client import NodeClient
from tests.uploads.phone import FILM, UPLOADS
from tests.uploads.proxy import BadLink, Fault, Trouble
from tests.uploads.records import queued_jobs, staged_bytes, told_events

SHA256 = hashlib.sha256(FILM).hexdigest()
QUICK_RETRIES = [0, 50, 50, 100, 100, 200, 200, 400, 400, 800]


@pytest.fixture
def client(tus_js_client: NodeClient) -> NodeClient:
    return tus_js_client


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "fault.mp4"
    path.write_bytes(FILM)
    return path


@pytest.fixture
def options(link: BadLink, owner: Person, sign_in: SignIn) -> dict[str, Any]:
    """What an app tells the client; the link is good unless a test plans otherwise."""
    return {
        "endpoint": link.address + UPLOADS,
        "headers": {"X-Session-Token": sign_in(owner)},
        "metadata": {
            "clip_id": str(uuid7()),
            "sha256": SHA256,
            "filename": "fault.mp4",
            "filetype": "video/mp4",
        },
        "retryDelays": QUICK_RETRIES,
    }


class TestTusJsClient:
    @pytest.mark.parametrize(("chunk_bytes", "patches"), [(None, 1), (100_000, 3), (16_384, 16)])
    def test_uploads_a_file_in_pieces_of_any_size(
        self, client: NodeClient, film: Path, options: dict[str, Any], chunk_bytes: int | None, patches: int
    ) -> None:
        if chunk_bytes:
            options["chunkSize"] = chunk_bytes

        told = client.upload(film, options)

        assert (told.error, told.count("POST"), told.count("PATCH"), told.count("HEAD")) == (None, 1, patches, 0)
        assert Clip.objects.get().sha256 == SHA256

    def test_brings_the_first_bytes_with_the_creation(
        self, client: NodeClient, film: Path, options: dict[str, Any]
    ) -> None:
        told = client.upload(film, options | {"uploadDataDuringCreation": True})

        assert told.requests == (("POST", 201),)
        assert Clip.objects.get().sha256 == SHA256

    def test_goes_on_in_another_session_of_the_app(
        self, client: NodeClient, film: Path, options: dict[str, Any]
    ) -> None:
        first = client.upload(film, options | {"chunkSize": 50_000}, abort_after_bytes=100_000)
        kept = Upload.objects.get().stored_bytes

        second = client.upload(film, options | {"uploadUrl": first.url})

        assert (first.aborted, kept) == (True, 100_000)
        assert second.requests == (("HEAD", 200), ("PATCH", 204))
        assert Clip.objects.get().sha256 == SHA256

    def test_sends_a_recording_that_still_runs(self, client: NodeClient, film: Path, options: dict[str, Any]) -> None:
        told = client.upload(film, options | {"uploadLengthDeferred": True, "chunkSize": 60_000}, live=True)

        assert (told.error, Upload.objects.get().declared_bytes) == (None, len(FILM))
        assert Clip.objects.get().sha256 == SHA256

    def test_sends_a_file_as_pieces_at_once_that_are_joined(
        self, client: NodeClient, film: Path, options: dict[str, Any]
    ) -> None:
        told = client.upload(film, options | {"parallelUploads": 3})

        assert (told.error, told.count("POST"), told.count("PATCH")) == (None, 4, 3)
        assert Clip.objects.get().sha256 == SHA256
        assert told_events() == ["media.job_queued"]

    def test_asks_about_a_finished_upload_and_sends_nothing(
        self, client: NodeClient, film: Path, options: dict[str, Any]
    ) -> None:
        first = client.upload(film, options)

        second = client.upload(film, options | {"uploadUrl": first.url})

        assert second.requests == (("HEAD", 200),)
        assert told_events() == ["media.job_queued"]

    def test_gives_an_upload_up(self, client: NodeClient, film: Path, options: dict[str, Any]) -> None:
        told = client.upload(film, options | {"chunkSize": 50_000}, abort_after_bytes=50_000, terminate=True)

        assert told.requests[-1] == ("DELETE", 204)
        upload = Upload.objects.get()
        assert (upload.status, staged_bytes(f"{UPLOADS}/{upload.id}")) == ("terminated", -1)

    def test_is_told_when_the_file_is_not_the_declared_one(
        self, client: NodeClient, film: Path, options: dict[str, Any]
    ) -> None:
        options["metadata"]["sha256"] = "0" * 64

        told = client.upload(film, options)

        assert told.error == 422
        assert Clip.objects.get().status == "expected"

    def test_gets_through_a_proxy_that_knows_no_patch(
        self, client: NodeClient, film: Path, options: dict[str, Any]
    ) -> None:
        told = client.upload(film, options | {"overridePatchMethod": True})

        assert told.requests == (("POST", 201), ("POST", 204))
        assert Clip.objects.get().sha256 == SHA256


class TestTusJsClientOnABadLink:
    @pytest.mark.parametrize("fault", [Fault.DROP, Fault.RESET, Fault.HALF_OPEN, Fault.LOST_ANSWER])
    def test_finishes_by_itself(
        self, client: NodeClient, film: Path, options: dict[str, Any], link: BadLink, fault: Fault
    ) -> None:
        link.plan(Trouble(fault, 100_000))

        told = client.upload(film, options)

        assert told.error is None
        assert Clip.objects.get().sha256 == SHA256
        assert told_events() == ["media.job_queued"]

    def test_finishes_through_many_faults_in_a_row(
        self, client: NodeClient, film: Path, options: dict[str, Any], link: BadLink
    ) -> None:
        faults = (Fault.RESET, Fault.STALL, Fault.DROP, Fault.HALF_OPEN, Fault.SLOW, Fault.LOST_ANSWER)
        link.plan(*[Trouble(fault, 30_000, lasting_s=0.2) for fault in faults])

        told = client.upload(film, options | {"chunkSize": 60_000})

        assert (told.error, link.is_calm) == (None, True)
        assert Clip.objects.get().sha256 == SHA256

    def test_finds_its_upload_when_the_answer_to_the_creation_is_lost(
        self, client: NodeClient, film: Path, options: dict[str, Any], link: BadLink
    ) -> None:
        link.plan(Trouble(Fault.LOST_ANSWER, method="POST"))

        told = client.upload(film, options)

        assert told.error is None
        assert Upload.objects.count() == 1
        assert queued_jobs(Clip.objects.get().id) == ["render"]

    @pytest.mark.parametrize("method", ["POST", "PATCH"])
    def test_finishes_pieces_at_once_of_which_one_breaks(
        self, client: NodeClient, film: Path, options: dict[str, Any], link: BadLink, method: str
    ) -> None:
        link.plan(Trouble(Fault.LOST_ANSWER, method=method), Trouble(Fault.RESET, 10_000))

        told = client.upload(film, options | {"parallelUploads": 3})

        assert told.error is None
        assert Clip.objects.get().sha256 == SHA256
        assert told_events() == ["media.job_queued"]

    def test_finishes_a_recording_that_still_runs(
        self, client: NodeClient, film: Path, options: dict[str, Any], link: BadLink
    ) -> None:
        link.plan(Trouble(Fault.DROP, 10_000), Trouble(Fault.LOST_ANSWER))

        told = client.upload(film, options | {"uploadLengthDeferred": True, "chunkSize": 60_000}, live=True)

        assert told.error is None
        assert Clip.objects.get().sha256 == SHA256

    def test_sends_hardly_anything_twice(
        self, client: NodeClient, film: Path, options: dict[str, Any], link: BadLink
    ) -> None:
        big = FILM * 40
        film.write_bytes(big)
        options["metadata"]["sha256"] = hashlib.sha256(big).hexdigest()
        link.plan(*[Trouble(Fault.RESET, 2_000_000)] * 5)

        told = client.upload(film, options)

        assert (told.error, link.is_calm) == (None, True)
        assert link.carried_bytes <= len(big) + 5 * 65_536
