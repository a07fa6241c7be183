"""The web process as uvicorn runs it: each address reaches the app that is meant for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from backend.asgi import application
from backend.integrations.object_store import object_store
from tests.serving import served
from tests.uploads.phone import FILM, UPLOADS


@pytest.fixture
def web(transactional_db: None) -> Iterator[httpx.Client]:
    with served(application) as address, httpx.Client(base_url=address) as client:
        yield client


class TestAddresses:
    def test_of_uploads_speak_tus(self, web: httpx.Client) -> None:
        answers = [web.options(UPLOADS), web.options(f"{UPLOADS}/"), web.options(f"{UPLOADS}/anything")]

        assert [answer.headers["tus-version"] for answer in answers] == ["1.0.0"] * 3

    def test_beside_uploads_are_the_apis(self, web: httpx.Client) -> None:
        answer = web.get(f"{UPLOADS}-of-another-kind")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "tus-resumable" not in answer.headers

    def test_of_objects_follow_signed_links(self, web: httpx.Client, tmp_path: Path) -> None:
        film = tmp_path / "film.mp4"
        film.write_bytes(FILM)
        object_store().put_file("originals/film.mp4", path=film, content_type="video/mp4")
        link = object_store().presigned_get("originals/film.mp4", expires_in=timedelta(minutes=1))

        answer = web.get(httpx.URL(link).raw_path.decode(), headers={"Range": "bytes=-256"})

        assert (answer.status_code, answer.content) == (206, FILM[-256:])

    def test_of_static_files_serve_the_documentation_pages_own(self, web: httpx.Client) -> None:
        answer = web.get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css")

        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")

    def test_of_everything_else_are_djangos(self, web: httpx.Client) -> None:
        answer = web.get("/healthz")

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
