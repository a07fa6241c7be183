from __future__ import annotations

import httpx
import pytest
from pytest_django import Settings

from api_schema.ids import uuid7
from tests.uploads.phone import FILM, UPLOADS, Phone
from tests.uploads.records import staged_bytes


class TestOptions:
    def test_tell_what_the_server_can_do_to_anybody(self, address: str, settings: Settings) -> None:
        answer = httpx.options(address + UPLOADS)

        assert answer.status_code == 204
        assert answer.headers["tus-version"] == "1.0.0"
        assert answer.headers["tus-max-size"] == str(settings.UPLOAD_MAX_BYTES)
        assert answer.headers["tus-extension"] == (
            "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation"
        )


class TestVersion:
    @pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1"])
    def test_other_than_ours_is_refused_and_changes_nothing(self, phone: Phone, version: str | None) -> None:
        path = phone.begin()
        headers = {"Tus-Resumable": version or "", "Upload-Offset": "0"}

        answer = phone.request("PATCH", path, headers=headers, content=FILM)

        assert (answer.status_code, answer.json()["code"]) == (412, "tus_version_unsupported")
        assert answer.headers["tus-version"] == "1.0.0"
        assert staged_bytes(path) == -1


class TestRefusals:
    @pytest.mark.parametrize(
        "name", ["01a20554-184b-7e7e-b357-13bd07060069", "nothing", "../../../etc/passwd", "%2e%2e%2f", "a/b"]
    )
    def test_of_unknown_uploads_are_missing_things(self, phone: Phone, name: str) -> None:
        answer = phone.patch(f"{UPLOADS}/{name}", b"", offset=0)

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_are_problem_documents_under_the_callers_request_id(self, phone: Phone) -> None:
        answer = phone.request("DELETE", f"{UPLOADS}/{uuid7()}", headers={"X-Request-Id": "roof-of-hall-7"})

        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.headers["x-request-id"], answer.json()["request_id"]) == ("roof-of-hall-7", "roof-of-hall-7")
        assert set(answer.json()) >= {"type", "title", "status", "detail", "code", "fault", "retry"}

    def test_of_other_methods_name_the_right_ones(self, phone: Phone) -> None:
        answer = phone.request("GET", f"{UPLOADS}/{uuid7()}")

        assert (answer.status_code, answer.headers["allow"]) == (405, "HEAD, PATCH, DELETE")

    def test_of_bytes_under_another_content_type_keep_nothing(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.request("PATCH", path, headers={"Upload-Offset": "0"}, content=FILM)

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        assert staged_bytes(path) == -1


class TestMethodOverride:
    def test_lets_patch_through_a_proxy_that_does_not_know_it(self, phone: Phone) -> None:
        path = phone.begin()
        headers = {
            "X-HTTP-Method-Override": "PATCH",
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        }

        answer = phone.request("POST", path, headers=headers, content=FILM)

        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(FILM)))
