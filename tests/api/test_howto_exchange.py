"""Export and import over the API, also through the real server, where a zip leaves while it is made."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import httpx
import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.asgi import application
from backend.domain.accounts.models import Person
from backend.domain.howtos.models import HowTo
from tests import cast
from tests.api.calls import V1, assert_problem, get
from tests.api.test_howtos import desk, howto_id
from tests.serving import served

__all__ = ["desk", "howto_id"]


def import_into(client: APIClient, file: bytes, media_type: str, *, sha256: str = "") -> Any:
    address = f"{V1}/howto-imports/{sha256 or hashlib.sha256(file).hexdigest()}"
    return client.put(address, file, content_type=media_type)


@pytest.mark.django_db
class TestExport:
    @pytest.mark.parametrize(
        ("form", "media_type", "begins"),
        [
            ("html", "text/html; charset=utf-8", b"<!doctype html>"),
            ("pdf", "application/pdf", b"%PDF-"),
            ("json", "application/ld+json", b'{\n "@context"'),
            ("zip", "application/zip", b"PK"),
        ],
    )
    def test_is_a_file_in_each_form(
        self, form: str, media_type: str, begins: bytes, desk: APIClient, howto_id: str
    ) -> None:
        answer = get(desk, "/howtos/export", id=howto_id, form=form)

        assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
        assert answer["Content-Disposition"] == f'attachment; filename="howtos.{form}"'
        assert answer.getvalue().startswith(begins)

    @pytest.mark.parametrize(
        ("query", "field"), [({}, "id"), ({"id": "no"}, "id.0"), ({"id": str(uuid7()), "form": "doc"}, "form")]
    )
    def test_names_what_is_wrong(self, query: dict[str, str], field: str, desk: APIClient) -> None:
        document = assert_problem(get(desk, "/howtos/export", **query), "invalid_input")

        assert list(document["fields"]) == [field]

    def test_shows_a_technician_no_draft(self, phone: APIClient, howto_id: str) -> None:
        assert_problem(get(phone, "/howtos/export", id=howto_id), "not_found")


@pytest.mark.django_db
class TestImport:
    def test_of_ones_own_export_changes_nothing(self, desk: APIClient, howto_id: str) -> None:
        for form, media_type in (("json", "application/json"), ("zip", "application/zip")):
            file = get(desk, "/howtos/export", id=howto_id, form=form).getvalue()

            (item,) = import_into(desk, file, media_type).json()["items"]

            assert item == {"source_id": howto_id, "howto_id": howto_id, "outcome": "unchanged", "left_out": []}

    def test_refuses_what_is_cut_hostile_or_not_the_curators(
        self, desk: APIClient, phone: APIClient, howto_id: str
    ) -> None:
        file = get(desk, "/howtos/export", id=howto_id, form="json").getvalue()
        count = HowTo.objects.count()

        assert_problem(import_into(phone, file, "application/json"), "not_allowed")
        cut = import_into(desk, file[:-5], "application/json", sha256=hashlib.sha256(file).hexdigest())
        assert_problem(cut, "upload_corrupt")
        document = json.loads(file)
        document["@graph"][0]["step"][0]["text"] = ""
        for body in (json.dumps(document).encode(), b"[", b""):
            assert_problem(import_into(desk, body, "application/ld+json"), "invalid_input")
        assert_problem(import_into(desk, b"a,b", "text/csv"), "unsupported_media_type")

        assert HowTo.objects.count() == count


@pytest.mark.django_db(transaction=True)
def test_a_zip_leaves_while_it_is_made_and_comes_back(desk: APIClient, howto_id: str, curator: Person) -> None:
    headers = {"X-Session-Token": cast.session_token(curator)}
    with served(application) as address, httpx.Client(base_url=address, headers=headers) as client:
        answer = client.get("/api/v1/howtos/export", params={"id": howto_id, "form": "zip"})
        sha256 = hashlib.sha256(answer.content).hexdigest()
        media_type = {"Content-Type": "application/zip"}
        back = client.put(f"/api/v1/howto-imports/{sha256}", content=answer.content, headers=media_type)

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert archive.namelist() == ["howtos.json", "howtos.html"]
    assert back.json()["items"][0]["outcome"] == "unchanged"
