"""A phone that speaks tus by hand, where the Node client cannot be told how slowly, or until when, to send."""

from __future__ import annotations

import base64
import http.client
from dataclasses import dataclass

from bench.upload.sides import Side

BYTES_TYPE = "application/offset+octet-stream"
_TIMEOUT_S = 90


@dataclass(frozen=True)
class Opened:
    """An upload that was created: where it is, and the headers that its phone sends."""

    side: Side
    path: str
    headers: dict[str, str]

    def head(self) -> int:
        """Ask where the upload stands; retry while somebody holds it."""
        while True:
            answer = request(self.side, "HEAD", self.path, self.headers)
            if answer.status == 200:
                return int(answer.headers["Upload-Offset"])

    def patch_headers(self, *, offset: int, body_bytes: int) -> dict[str, str]:
        return self.headers | {
            "Upload-Offset": str(offset),
            "Content-Type": BYTES_TYPE,
            "Content-Length": str(body_bytes),
        }

    def patch_request(self, *, offset: int, body_bytes: int) -> bytes:
        """Return the head of a PATCH as it goes over the wire."""
        headers = {"Host": "127.0.0.1"} | self.patch_headers(offset=offset, body_bytes=body_bytes)
        lines = [f"PATCH {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()


def open_upload(side: Side, *, size_bytes: int, sha256: str, headers: dict[str, str]) -> Opened:
    """Create an upload on either side."""
    headers = {"Tus-Resumable": "1.0.0"} | headers
    told = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in side.metadata(sha256).items()
    )
    creation = {"Upload-Length": str(size_bytes), "Upload-Metadata": told}
    answer = request(side, "POST", side.uploads_path, headers | creation)
    if answer.status != 201:
        raise SystemExit(f"{side.name} answered {answer.status} to the creation of an upload.")
    location = answer.headers["Location"]
    return Opened(side, location[location.index(side.uploads_path) :], headers)


def request(side: Side, method: str, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    """Send one request without a body on a connection of its own."""
    link = http.client.HTTPConnection("127.0.0.1", side.port, timeout=_TIMEOUT_S)
    try:
        link.request(method, path, headers=headers | ({"Content-Length": "0"} if method == "POST" else {}))
        answer = link.getresponse()
        answer.read()
        return answer
    finally:
        link.close()
