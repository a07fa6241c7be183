"""checksum: what a request says of its own body."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from api_schema.ids import uuid7
from tests.uploads.phone import BYTES_TYPE, FILM, UPLOADS, Phone, checksum_of, metadata
from tests.uploads.records import clip_at, staged_bytes, upload_at, wait_for_staged_bytes


class TestChecksum:
    def test_kinds_are_told_to_anybody(self, address: str) -> None:
        answer = httpx.options(address + UPLOADS)

        assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,crc32"

    @pytest.mark.parametrize("kind", ["sha1", "sha256", "crc32"])
    def test_that_is_right_keeps_the_bytes(self, phone: Phone, kind: str) -> None:
        path = phone.begin()

        answer = phone.patch(path, FILM[:100_000], offset=0, checksum=checksum_of(kind, FILM[:100_000]))

        assert (answer.status_code, answer.headers["upload-offset"]) == (204, "100000")
        assert staged_bytes(path) == 100_000

    @pytest.mark.parametrize("kind", ["sha1", "sha256", "crc32"])
    def test_that_is_wrong_keeps_nothing_of_that_request(self, phone: Phone, kind: str) -> None:
        path = phone.begin()
        phone.patch(path, FILM[:1000], offset=0)

        answer = phone.patch(path, FILM[1000:], offset=1000, checksum=checksum_of(kind, FILM[:1000]))

        assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (
            460,
            "upload_checksum_mismatch",
            True,
        )
        assert (staged_bytes(path), upload_at(path).stored_bytes) == (1000, 1000)
        assert phone.offset(path) == 1000

    def test_may_be_followed_by_the_right_bytes(self, phone: Phone) -> None:
        path = phone.begin()
        phone.patch(path, FILM[::-1], offset=0, checksum=checksum_of("sha1", FILM))

        answer = phone.patch(path, FILM, offset=0, checksum=checksum_of("sha1", FILM))

        assert answer.status_code == 204
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()

    def test_covers_a_body_of_unknown_length(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.patch(path, iter([FILM[:1000], FILM[1000:]]), offset=0, checksum=checksum_of("crc32", FILM))

        assert answer.status_code == 204
        assert clip_at(path).status == "processing"

    def test_of_a_body_that_was_cut_leaves_what_came(self, phone: Phone) -> None:
        path = phone.begin()
        phone.headers["Upload-Checksum"] = checksum_of("sha1", FILM)
        link = phone.open_patch(path, FILM[:100_000], offset=0, promised_bytes=len(FILM))
        wait_for_staged_bytes(path, 100_000)

        link.close()

        assert phone.offset(path) == 100_000

    def test_counts_for_the_first_bytes_at_creation_too(self, phone: Phone) -> None:
        headers = {
            "Upload-Length": "10",
            "Upload-Metadata": metadata(clip_id=str(uuid7())),
            "Content-Type": BYTES_TYPE,
            "Upload-Checksum": checksum_of("sha1", b"other"),
        }

        refusal = phone.request("POST", UPLOADS, headers=headers, content=b"first")
        again = phone.request(
            "POST", UPLOADS, headers={**headers, "Upload-Checksum": checksum_of("sha1", b"first")}, content=b"first"
        )

        assert refusal.status_code == 460
        assert (again.status_code, again.headers["upload-offset"]) == (201, "5")


class TestRefuseChecksum:
    def test_of_a_kind_that_is_unknown(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.patch(path, FILM, offset=0, checksum="md5 1B2M2Y8AsgTpgAmY7PhCfg==")

        assert (answer.status_code, answer.json()["code"]) == (400, "upload_checksum_unsupported")
        assert staged_bytes(path) in {-1, 0}

    @pytest.mark.parametrize("told", ["", "sha1", "sha1 !!!", "sha1 Kq5s", "crc32 AAAAAAA="])
    def test_that_is_none(self, phone: Phone, told: str) -> None:
        path = phone.begin()

        answer = phone.patch(path, FILM, offset=0, checksum=told)

        assert answer.status_code == 400
        assert phone.offset(path) == 0
