"""What only the local store's own server must get right."""

from __future__ import annotations

import socket
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from backend.integrations import local_objects
from backend.integrations.local_store import LocalStore

MINUTE = timedelta(minutes=1)
KEY = "media/clip/v240/00000.m4s"


class TestLinks:
    def test_that_were_tampered_with_open_nothing(self, local_store: LocalStore) -> None:
        link = local_store.presigned_get(KEY, expires_in=MINUTE)

        answer = httpx.get(link[:-4] + "AAAA")

        assert (answer.status_code, answer.text) == (403, "This link is not one of ours.\n")

    def test_that_are_over_say_so(self, local_store: LocalStore) -> None:
        answer = httpx.get(local_store.presigned_get(KEY, expires_in=-MINUTE))

        assert (answer.status_code, answer.text) == (403, "This link has expired.\n")

    def test_for_reading_do_not_write(self, local_store: LocalStore) -> None:
        answer = httpx.put(local_store.presigned_get(KEY, expires_in=MINUTE), content=b"mine now")

        assert (answer.status_code, answer.text) == (403, "This link is for GET only.\n")
        assert local_store.head(KEY) is None

    def test_for_writing_do_not_read(self, local_store: LocalStore) -> None:
        httpx.put(local_store.presigned_put(KEY, expires_in=MINUTE), content=b"12345")

        answer = httpx.get(local_store.presigned_put(KEY, expires_in=MINUTE))

        assert (answer.status_code, answer.text) == (403, "This link is for PUT only.\n")

    def test_answer_head_without_a_body(self, local_store: LocalStore) -> None:
        httpx.put(local_store.presigned_put(KEY, expires_in=MINUTE), content=b"12345")

        answer = httpx.head(local_store.presigned_get(KEY, expires_in=MINUTE))

        assert (answer.status_code, answer.headers["content-length"]) == (200, "5")


class TestPut:
    def test_keeps_nothing_of_a_body_that_is_cut_short(self, local_store: LocalStore) -> None:
        link = urlsplit(local_store.presigned_put(KEY, expires_in=MINUTE))
        with socket.create_connection((link.hostname or "", link.port or 0)) as phone:
            head = f"PUT {link.path} HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n"
            phone.sendall(head.encode() + b"x" * 500)
        httpx.put(local_store.presigned_put("media/other", expires_in=MINUTE), content=b"after it")

        kept = sorted(path.name for path in local_store.directory.rglob("*") if path.is_file())

        assert kept == ["other"]

    def test_needs_a_length(self, local_store: LocalStore) -> None:
        answer = httpx.put(local_store.presigned_put(KEY, expires_in=MINUTE), content=iter([b"chunk"]))

        assert answer.status_code == 411

    def test_refuses_what_is_too_large_before_it_comes(
        self, local_store: LocalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(local_objects, "MAX_PUT_BYTES", 4)

        answer = httpx.put(local_store.presigned_put(KEY, expires_in=MINUTE), content=b"12345")

        assert answer.status_code == 413
        assert local_store.head(KEY) is None
