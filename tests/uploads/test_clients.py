"""Clients that we did not write, unchanged."""

from __future__ import annotations

import hashlib
import io

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed
from tusclient.uploader.uploader import Uploader

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from tests.uploads.conftest import SignIn
from tests.uploads.phone import FILM, UPLOADS, Phone
from tests.uploads.proxy import BadLink, Fault, Trouble
from tests.uploads.records import clip_at


@pytest.fixture
def client(address: str, owner: Person, sign_in: SignIn) -> TusClient:
    return TusClient(address + UPLOADS, headers={"X-Session-Token": sign_in(owner)})


def _uploader(client: TusClient, *, chunk_bytes: int, sha256: str | None = None) -> Uploader:
    told = {
        "clip_id": str(uuid7()),
        "sha256": sha256 or hashlib.sha256(FILM).hexdigest(),
        "filename": "fault.mov",
        "filetype": "video/quicktime",
    }
    return client.uploader(file_stream=io.BytesIO(FILM), chunk_size=chunk_bytes, metadata=told)


class TestTuspy:
    def test_uploads_a_file_in_one_piece(self, client: TusClient) -> None:
        _uploader(client, chunk_bytes=2**30).upload()

        assert Clip.objects.get().sha256 == hashlib.sha256(FILM).hexdigest()

    def test_uploads_a_file_in_pieces(self, client: TusClient) -> None:
        uploader = _uploader(client, chunk_bytes=50_000)

        uploader.upload()

        assert uploader.offset == len(FILM)
        assert Clip.objects.get().status == "processing"

    def test_goes_on_where_it_stopped(self, client: TusClient) -> None:
        first = _uploader(client, chunk_bytes=50_000)
        first.upload(stop_at=100_000)
        second = client.uploader(file_stream=io.BytesIO(FILM), chunk_size=50_000, url=first.url)

        begins_at = second.offset
        second.upload()

        assert begins_at == 100_000
        assert Clip.objects.get().sha256 == hashlib.sha256(FILM).hexdigest()

    def test_uploads_pieces_with_their_checksums(self, client: TusClient) -> None:
        uploader = _uploader(client, chunk_bytes=50_000)
        uploader.upload_checksum = True

        uploader.upload()

        assert Clip.objects.get().sha256 == hashlib.sha256(FILM).hexdigest()

    def test_is_told_when_the_file_was_corrupt(self, client: TusClient) -> None:
        uploader = _uploader(client, chunk_bytes=2**30, sha256="0" * 64)

        with pytest.raises(TusUploadFailed) as failure:
            uploader.upload()

        assert failure.value.status_code == 422


class TestTuspyOnABadLink:
    @pytest.mark.parametrize("fault", [Fault.DROP, Fault.RESET, Fault.HALF_OPEN, Fault.STALL, Fault.LOST_ANSWER])
    def test_finishes_by_itself(self, link: BadLink, owner: Person, sign_in: SignIn, fault: Fault) -> None:
        client = TusClient(link.address + UPLOADS, headers={"X-Session-Token": sign_in(owner)})
        uploader = _uploader(client, chunk_bytes=100_000)
        uploader.retries = 5
        uploader.retry_delay = 0.1  # type: ignore[assignment]  # said to be whole seconds; it is slept
        link.plan(Trouble(fault, 30_000))

        uploader.upload()

        assert link.is_calm
        assert Clip.objects.get().sha256 == hashlib.sha256(FILM).hexdigest()


class TestIosInTheBackground:
    def test_one_long_patch_in_drips(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.patch(path, (FILM[begin : begin + 1461] for begin in range(0, len(FILM), 1461)), offset=0)

        assert answer.status_code == 204
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()
