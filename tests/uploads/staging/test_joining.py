"""Pieces become one clip, wherever they are kept."""

from __future__ import annotations

import hashlib
import random
from contextlib import closing

import pytest

from api_schema.ids import uuid7
from backend.integrations.object_store import object_store
from tests.uploads.phone import UPLOADS, Phone, metadata
from tests.uploads.records import clip_at, kept_bytes, upload_at
from tests.uploads.staging.films import PART_BYTES

FILM = b"\x00" + random.Random(5).randbytes(PART_BYTES + 300_000)
ENDS = [(0, 200_000), (200_000, PART_BYTES + 250_000), (PART_BYTES + 250_000, len(FILM))]


def send_piece(phone: Phone, body: bytes) -> str:
    headers = {"Upload-Concat": "partial", "Upload-Length": str(len(body))}
    path: str = phone.request("POST", UPLOADS, headers=headers).headers["location"]
    assert phone.patch(path, body, offset=0).status_code == 204
    return path


@pytest.mark.usefixtures("each_store")
class TestJoin:
    def test_makes_one_original_and_leaves_no_piece(self, phone: Phone) -> None:
        pieces = [send_piece(phone, FILM[begin:end]) for begin, end in ENDS]
        told = metadata(clip_id=str(uuid7()), sha256=hashlib.sha256(FILM).hexdigest())
        headers = {"Upload-Concat": "final;" + " ".join(pieces), "Upload-Metadata": told}

        answer = phone.request("POST", UPLOADS, headers=headers)

        clip = clip_at(answer.headers["location"])
        assert (answer.status_code, clip.status) == (201, "processing")
        with closing(object_store().open(clip.original_key)) as stored:
            assert stored.read() == FILM
        assert [(upload_at(piece).status, kept_bytes(piece)) for piece in pieces] == [("joined", 0)] * 3
