"""Static files: small on the line, kept where their address lasts, and nothing beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client
from starlette.testclient import TestClient

from backend.web.static_files.addresses import release
from backend.web.static_files.app import StaticFilesApp

STYLES, HLS = "web/cuppa.css", "vendor/hls.js/1.7.4/hls.min.js"


@pytest.fixture(scope="module")
def phone() -> TestClient:
    return TestClient(StaticFilesApp(), headers={"Accept-Encoding": "identity"})


def on_disk(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()


class TestStaticFile:
    def test_is_kept_for_a_year_under_its_release_and_asked_for_again_without(self, phone: TestClient) -> None:
        plain, released = phone.get(f"/static/{STYLES}"), phone.get(static(STYLES))

        assert static(STYLES) == f"/static/{release()}/{STYLES}"
        assert released.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert plain.headers["Cache-Control"] == "no-cache"
        assert plain.content == released.content == on_disk(STYLES)
        assert plain.headers["Content-Type"] == "text/css; charset=utf-8"

    def test_of_others_lasts_under_the_version_in_its_own_address(self, phone: TestClient) -> None:
        answer = phone.get(static(HLS))

        assert static(HLS) == f"/static/{HLS}"
        assert "immutable" in answer.headers["Cache-Control"]

    def test_of_another_release_is_the_present_one_and_not_kept(self, phone: TestClient) -> None:
        answer = phone.get(f"/static/0123456789ab/{STYLES}")

        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
        assert answer.content == on_disk(STYLES)

    @pytest.mark.parametrize(
        ("offered", "coding"),
        [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("identity", None), ("", None)],
    )
    def test_travels_in_the_smallest_coding_that_is_welcome(
        self, phone: TestClient, offered: str, coding: str | None
    ) -> None:
        answer = phone.get(static(STYLES), headers={"Accept-Encoding": offered})
        again = phone.get(static(STYLES), headers={"Accept-Encoding": offered, "If-None-Match": answer.headers["ETag"]})

        assert answer.headers.get("Content-Encoding") == coding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.content == on_disk(STYLES)  # the client has decoded it
        assert coding is None or int(answer.headers["Content-Length"]) < len(answer.content) / 3
        assert (again.status_code, again.content) == (304, b"")

    def test_has_another_tag_in_each_coding(self, phone: TestClient) -> None:
        offers = ("br", "gzip", "identity")

        assert len({phone.get(static(STYLES), headers={"Accept-Encoding": one}).headers["ETag"] for one in offers}) == 3

    def test_that_is_a_picture_is_left_as_it_is(self, phone: TestClient) -> None:
        answer = phone.get(static("web/icons/cuppa-192.png"), headers={"Accept-Encoding": "br"})

        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Content-Type"] == "image/png"

    @pytest.mark.parametrize(
        "path", ["web/none.css", "web", "", "../settings/base.py", "%2e%2e/settings/base.py", "/etc/passwd", "a%00b"]
    )
    def test_that_is_none_is_missing(self, phone: TestClient, path: str) -> None:
        assert phone.get(f"/static/{path}").status_code == 404

    def test_is_read_and_never_written(self, phone: TestClient) -> None:
        head, post = phone.head(static(STYLES)), phone.post(static(STYLES))

        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Length"] == str(len(on_disk(STYLES)))
        assert (post.status_code, post.headers["Allow"]) == (405, "GET, HEAD")


class TestPages:
    def test_travel_compressed_and_are_nobodys_to_share(self) -> None:
        answer = Client().get("/sign-in", headers={"Accept-Encoding": "gzip, br"})
        api = Client().get("/api/v1/people", headers={"Accept-Encoding": "gzip, br"})

        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Content-Encoding" not in api.headers

    def test_hold_a_token_that_is_masked_anew_each_time(self) -> None:
        client = Client()

        tokens = {re.search(rb'name="csrf-token" content="(\w+)"', client.get("/sign-in").content) for _ in range(2)}

        assert len({found[1] for found in tokens if found}) == 2
