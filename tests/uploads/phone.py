"""A phone that speaks tus by hand: so that a test can say exactly what goes over the wire, and where it breaks off."""

from __future__ import annotations

import base64
import hashlib
import socket
import zlib
from collections.abc import Iterable
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from api_schema.ids import uuid7

UPLOADS = "/api/v1/uploads"
FILM = bytes(range(256)) * 1024  # 256 KiB; what is in it, only the media worker would ask
BYTES_TYPE = "application/offset+octet-stream"


def metadata(**told: str) -> str:
    """Return an Upload-Metadata header."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


def checksum_of(kind: str, body: bytes) -> str:
    """Return the Upload-Checksum of this body."""
    digest = zlib.crc32(body).to_bytes(4, "big") if kind == "crc32" else hashlib.new(kind, body).digest()
    return f"{kind} {base64.b64encode(digest).decode()}"


class Phone:
    """One signed-in phone; each method is one request."""

    def __init__(self, address: str, token: str | None) -> None:
        self.address = address
        self.headers = {"Tus-Resumable": "1.0.0"} | ({"X-Session-Token": token} if token else {})
        self._http = httpx.Client(base_url=address, headers=self.headers, timeout=30)

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, **options: object) -> httpx.Response:
        return self._http.request(method, path, **options)  # type: ignore[arg-type]  # httpx's own option types

    def create(
        self,
        film: bytes = FILM,
        *,
        clip_id: UUID | None = None,
        sha256: str | None = None,
        file_name: str = "fault.mp4",
        media_type: str = "video/mp4",
    ) -> httpx.Response:
        """Begin to upload `film`, with its right SHA-256 unless another is given; empty: none is declared."""
        sha256 = hashlib.sha256(film).hexdigest() if sha256 is None else sha256
        declared = {"clip_id": str(clip_id or uuid7()), "filename": file_name, "filetype": media_type}
        if sha256:
            declared["sha256"] = sha256
        headers = {"Upload-Length": str(len(film)), "Upload-Metadata": metadata(**declared)}
        return self.request("POST", UPLOADS, headers=headers)

    def begin(
        self,
        film: bytes = FILM,
        *,
        clip_id: UUID | None = None,
        sha256: str | None = None,
        file_name: str = "fault.mp4",
    ) -> str:
        """Return the path of a new upload."""
        answer = self.create(film, clip_id=clip_id, sha256=sha256, file_name=file_name)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def patch(
        self, path: str, body: bytes | Iterable[bytes], *, offset: int, checksum: str | None = None
    ) -> httpx.Response:
        headers = {"Upload-Offset": str(offset), "Content-Type": BYTES_TYPE}
        if checksum is not None:
            headers["Upload-Checksum"] = checksum
        return self.request("PATCH", path, headers=headers, content=body)

    def head(self, path: str) -> httpx.Response:
        return self.request("HEAD", path)

    def offset(self, path: str) -> int:
        """Return where the server says the upload stands."""
        return int(self.head(path).headers["upload-offset"])

    def open_patch(self, path: str, body: bytes, *, offset: int, promised_bytes: int) -> socket.socket:
        """Send the beginning of a PATCH and return its open socket: the caller decides how it ends."""
        place = urlsplit(self.address)
        link = socket.create_connection((place.hostname or "", place.port or 0), timeout=30)
        headers = {
            "Host": place.netloc,
            **self.headers,
            "Upload-Offset": str(offset),
            "Content-Type": BYTES_TYPE,
            "Content-Length": str(promised_bytes),
        }
        lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        link.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return link


def upload_id_of(path: str) -> UUID:
    """Return the id at the end of an upload's path."""
    return UUID(path.rsplit("/", 1)[1])
