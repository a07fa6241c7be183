from __future__ import annotations

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import DomainError
from backend.uploads.metadata import Metadata, parse_metadata
from tests.uploads.phone import FILM, UPLOADS, Phone, metadata
from tests.uploads.records import clip_at, upload_at

CLIP_ID = UUID("01a20554-184b-7e7e-b357-13bd07060069")


def _refusal_code(header: str) -> str | None:
    try:
        parse_metadata(header)
    except DomainError as refusal:
        return refusal.code
    return None


class TestParseMetadata:
    def test_reads_what_a_phone_says(self) -> None:
        header = metadata(
            clip_id=str(CLIP_ID), sha256="AB" * 32, filename="Kälte 4.mp4", filetype="Video/MP4; codecs=x"
        )

        told = parse_metadata(header)

        assert told == Metadata(CLIP_ID, "ab" * 32, "Kälte 4.mp4", "video/mp4")

    def test_leaves_out_keys_it_does_not_know(self) -> None:
        header = metadata(clip_id=str(CLIP_ID), relativePath="null", name="x") + ",is_confidential"

        assert parse_metadata(header) == Metadata(CLIP_ID)

    @pytest.mark.parametrize(
        "header",
        [
            f"clip_id {CLIP_ID}",  # not encoded
            "clip_id !!!!",
            "clip_id /w==",  # not UTF-8
            metadata(clip_id=str(CLIP_ID)) + "," + metadata(clip_id=str(CLIP_ID)),
            metadata(clip_id=str(CLIP_ID), filename="x" * 4096),
        ],
    )
    def test_refuses_a_header_that_it_cannot_read(self, header: str) -> None:
        with pytest.raises(DomainError) as refusal:
            parse_metadata(header)

        assert refusal.value.code == "malformed_request"

    @pytest.mark.parametrize(
        "told",
        [
            {"clip_id": ""},
            {"clip_id": "6e8bc430-9c3a-41d9-8669-0800200c9a66"},  # version 4
            {"clip_id": "../../etc/passwd"},
            {"sha256": "abc"},
            {"filename": "x" * 256},
            {"filename": "a\x00b"},
            {"filetype": "video"},
        ],
    )
    def test_names_the_value_that_it_cannot_accept(self, told: dict[str, str]) -> None:
        with pytest.raises(DomainError) as refusal:
            parse_metadata(metadata(**{"clip_id": str(CLIP_ID), **told}))

        assert refusal.value.code == "invalid_input"
        assert set(refusal.value.facts["fields"]) == set(told)

    @given(st.text(max_size=300))
    def test_reads_or_refuses_whatever_comes(self, header: str) -> None:
        assert _refusal_code(header) in {None, "malformed_request", "invalid_input"}

    @given(st.dictionaries(st.sampled_from(["clip_id", "sha256", "filename", "filetype"]), st.binary(max_size=300)))
    def test_reads_or_refuses_whatever_is_encoded(self, told: dict[str, bytes]) -> None:
        header = ",".join(f"{key} {base64.b64encode(value).decode()}" for key, value in told.items())

        assert _refusal_code(header) in {None, "malformed_request", "invalid_input"}


class TestMetadataOverTheWire:
    def test_of_ten_megabytes_is_refused(self, phone: Phone) -> None:
        headers = {"Upload-Length": "5", "Upload-Metadata": "filename " + "A" * 10_000_000}

        answer = phone.request("POST", UPLOADS, headers=headers)

        assert answer.status_code in {400, 431}  # ours, or already the HTTP parser's

    def test_never_becomes_a_path(self, phone: Phone) -> None:
        path = phone.begin(file_name="../../../etc/passwd.mp4")
        phone.patch(path, FILM, offset=0)

        upload, clip = upload_at(path), clip_at(path)
        assert upload.file_name == "../../../etc/passwd.mp4"
        assert clip.original_key == f"originals/{clip.organisation_id}/{clip.id}/{upload.id}"

    def test_is_told_back(self, phone: Phone) -> None:
        path = phone.begin(sha256="", clip_id=CLIP_ID, file_name="Kälte.mp4")

        told = phone.head(path).headers["upload-metadata"]

        assert told == metadata(clip_id=str(CLIP_ID), filename="Kälte.mp4", filetype="video/mp4")
