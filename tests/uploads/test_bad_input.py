"""What no good client sends, in the middle of an upload: a clear refusal, and nothing is lost."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from api_schema.ids import uuid7
from backend.domain.clips.models import Upload
from backend.uploads.staging import staged
from tests.uploads.phone import BYTES_TYPE, FILM, UPLOADS, Phone, checksum_of, metadata, upload_id_of
from tests.uploads.records import clip_at, queued_jobs, staged_path, told_events

KEPT = 1000
ABSURD = "99999999999999999"


@dataclass(frozen=True)
class Bad:
    """A request about an upload that stands at `KEPT`, and the refusal it gets. `path`: None is the upload's own."""

    status: int
    code: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "PATCH"
    path: str | None = None
    body: bytes = b"x"

    def sent_headers(self) -> dict[str, str]:
        good = {"Upload-Offset": str(KEPT), "Content-Type": BYTES_TYPE}
        return good | self.headers


BAD_PATCHES = {
    "an offset behind what is kept": Bad(409, "upload_offset_mismatch", {"Upload-Offset": "999"}),
    "an offset before what is kept": Bad(409, "upload_offset_mismatch", {"Upload-Offset": "1001"}),
    "an offset beyond the end": Bad(409, "upload_offset_mismatch", {"Upload-Offset": ABSURD}),
    "a negative offset": Bad(400, "malformed_request", {"Upload-Offset": "-1"}),
    "an offset that is no number": Bad(400, "malformed_request", {"Upload-Offset": "1000.0"}),
    "no offset": Bad(400, "malformed_request", {"Upload-Offset": ""}),
    "an over-long body": Bad(400, "upload_overrun", body=FILM),
    "a JSON body": Bad(415, "unsupported_media_type", {"Content-Type": "application/json"}),
    "another checksum": Bad(460, "upload_checksum_mismatch", {"Upload-Checksum": checksum_of("sha1", b"y")}),
    "a checksum of an unknown kind": Bad(400, "upload_checksum_unsupported", {"Upload-Checksum": "md5 dGVhCg=="}),
    "a checksum that is none": Bad(400, "malformed_request", {"Upload-Checksum": "sha1 tea"}),
    "a length after the length": Bad(400, "malformed_request", {"Upload-Length": "1001"}),
    "no version of tus": Bad(412, "tus_version_unsupported", {"Tus-Resumable": ""}),
    "another version of tus": Bad(412, "tus_version_unsupported", {"Tus-Resumable": "2.0.0"}),
    "no session": Bad(401, "not_signed_in", {"X-Session-Token": ""}),
    "a session of nobody": Bad(401, "session_expired", {"X-Session-Token": "' OR 1=1 --"}),
    "a method that uploads do not know": Bad(405, "method_not_allowed", method="PUT"),
    "an unknown method in disguise": Bad(405, "method_not_allowed", {"X-HTTP-Method-Override": "TRACE"}, method="POST"),
}
BAD_PATHS = {
    "an unknown id": str(uuid7()),
    "a path upwards": "../../../etc/passwd",
    "an encoded path upwards": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "a path upwards, encoded twice": "%252e%252e%252fetc",
    "a guard's name": f"{uuid7()}.guard",
    "a null byte": f"{uuid7()}%00",
    "a line break": f"{uuid7()}%0d%0aX-Evil:%201",
    "braces around an id": "{" + str(uuid7()) + "}",
    "an id without dashes": uuid7().hex,
    "a very long name": "a" * 5000,
}
BAD_CREATIONS = {
    "a negative length": Bad(400, "malformed_request", {"Upload-Length": "-1"}),
    "a length of nothing": Bad(400, "upload_empty", {"Upload-Length": "0"}),
    "an absurd length": Bad(413, "upload_too_large", {"Upload-Length": ABSURD}),
    "a length beyond all numbers": Bad(400, "malformed_request", {"Upload-Length": "9" * 400}),
    "another length for the same clip": Bad(409, "id_taken", {"Upload-Length": str(len(FILM) - 1)}),
}


@pytest.fixture
def path(phone: Phone) -> str:
    """The path of an upload that stands at `KEPT`."""
    path = phone.begin()
    phone.patch(path, FILM[:KEPT], offset=0)
    return path


def _send(phone: Phone, bad: Bad, path: str) -> tuple[int, str | None]:
    answer = phone.request(bad.method, bad.path or path, headers=bad.sent_headers(), content=bad.body)
    return answer.status_code, answer.json()["code"] if answer.content else None  # HEAD has no body


def _arrives(phone: Phone, path: str) -> None:
    """The rest is sent and the whole film is there, once."""
    assert phone.offset(path) == KEPT
    assert staged_path(path).read_bytes() == FILM[:KEPT]
    assert phone.patch(path, FILM[KEPT:], offset=KEPT).status_code == 204
    assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()
    assert told_events() == ["media.job_queued"]


class TestBadInput:
    def test_in_a_patch_is_refused_and_the_upload_goes_on(
        self, phone: Phone, path: str, subtests: pytest.Subtests
    ) -> None:
        for name, bad in BAD_PATCHES.items():
            with subtests.test(name):
                assert _send(phone, bad, path) == (bad.status, bad.code)

        _arrives(phone, path)

    @pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
    def test_in_a_path_is_a_missing_upload(
        self, phone: Phone, path: str, method: str, subtests: pytest.Subtests
    ) -> None:
        for name, bad_path in BAD_PATHS.items():
            bad = Bad(404, "not_found", method=method, path=f"{UPLOADS}/{bad_path}")
            with subtests.test(name):
                assert _send(phone, bad, path)[0] == 404

        _arrives(phone, path)

    def test_in_a_creation_is_refused_and_the_upload_there_is_goes_on(
        self, phone: Phone, path: str, subtests: pytest.Subtests
    ) -> None:
        told = metadata(clip_id=str(clip_at(path).id), sha256=hashlib.sha256(FILM).hexdigest())
        for name, bad in BAD_CREATIONS.items():
            creation = Bad(bad.status, bad.code, {"Upload-Metadata": told} | bad.headers, "POST", UPLOADS, b"")
            with subtests.test(name):
                assert _send(phone, creation, path) == (bad.status, bad.code)

        assert Upload.objects.count() == 1
        _arrives(phone, path)

    @pytest.mark.parametrize(
        "body",
        [
            b"Content-Length: -5\r\n\r\nxxxxx",
            b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx",
            b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
            b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx",
            b"Bad Header: 1\r\n\r\n",
        ],
    )
    def test_that_is_no_http_is_refused_by_the_server_and_keeps_nothing(
        self, phone: Phone, path: str, body: bytes
    ) -> None:
        answer = _send_raw(phone, path, body)

        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
        _arrives(phone, path)


class TestLocked:
    def test_while_it_is_being_finished_is_told_with_a_time_to_come_back(self, phone: Phone, path: str) -> None:
        with staged(upload_id_of(path)).guarded():
            answers = [phone.head(path), phone.patch(path, FILM[KEPT:], offset=KEPT)]

        assert [(answer.status_code, answer.headers["retry-after"]) for answer in answers] == [(423, "1")] * 2
        assert answers[1].json()["code"] == "upload_locked"
        assert queued_jobs(clip_at(path).id) == []
        _arrives(phone, path)


def _send_raw(phone: Phone, path: str, rest: bytes) -> bytes:
    """Send a PATCH whose last header and body are `rest`, and return the beginning of the answer, if any."""
    place = urlsplit(phone.address)
    headers = phone.headers | {"Host": place.netloc, "Upload-Offset": str(KEPT), "Content-Type": BYTES_TYPE}
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as link:
        link.sendall("\r\n".join([*lines, ""]).encode() + rest)
        link.shutdown(socket.SHUT_WR)
        return link.recv(65_536)
