"""The committed OpenAPI document is true, whole and valid."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from backend.api.docs import COMMITTED
from backend.api.openapi import make_document
from backend.api.v1.urls import urlpatterns
from backend.asgi import application
from tests.serving import served

METHODS = {"get", "post", "patch", "put", "delete"}
_WITHOUT_KEY = (
    "/receipts",  # the token says which push
    "/events-ticket",  # writes nothing
    "/watching",  # the viewing has an id of its own
    "/invitations/preview",  # writes nothing
    "/sign-in-links/look",  # writes nothing
    "/sign-in-links/redemption",  # nobody is signed in yet, and what lets somebody in is kept nowhere
    "/sign-in-link",  # as that: the last one counts
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMMITTED.read_text())
    return loaded


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


class TestCheckOpenapi:
    def test_finds_the_committed_document_true(self) -> None:
        said = StringIO()

        call_command("check_openapi", stdout=said)

        assert said.getvalue() == "api_schema/openapi.yaml is what the views say.\n"

    def test_says_how_to_mend_a_document_that_is_not(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stale = tmp_path / "openapi.yaml"
        stale.write_text("openapi: 3.1.0\n")
        monkeypatch.setattr("backend.api.management.commands.check_openapi.COMMITTED", stale)

        with pytest.raises(CommandError, match="make openapi"):
            call_command("check_openapi")

        call_command("check_openapi", write=True)
        assert stale.read_text() == COMMITTED.read_text()


class TestDocument:
    def test_is_valid_openapi_3_1(self, document: dict[str, Any]) -> None:
        assert document["openapi"] == "3.1.0"
        validate_schema(document)  # type: ignore[no-untyped-call]

    def test_is_made_without_a_warning(self, capsys: pytest.CaptureFixture[str]) -> None:
        with GENERATOR_STATS.silence():
            make_document()
            warnings = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]

        assert warnings == []

    def test_has_every_address_of_version_1_and_no_other(self, document: dict[str, Any]) -> None:
        routed = {"/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)) for pattern in urlpatterns}

        assert set(document["paths"]) == routed

    def test_names_each_operation_once(self, document: dict[str, Any]) -> None:
        names = [operation["operationId"] for _, _, operation in operations(document)]

        assert sorted(names) == sorted(set(names))

    def test_types_every_answer(self, document: dict[str, Any]) -> None:
        for path, method, operation in operations(document):
            for status, response in operation["responses"].items():
                contents = response.get("content", {}).values()
                assert contents or status == "204", f"{method} {path} {status} has no content"
                assert all(content["schema"] for content in contents), f"{method} {path} {status} has no type"

    def test_has_no_object_without_properties(self, document: dict[str, Any]) -> None:
        untyped = [name for name, schema in document["components"]["schemas"].items() if _is_untyped(schema)]

        assert untyped == []

    def test_documents_problems_as_problems(self, document: dict[str, Any]) -> None:
        for path, method, operation in operations(document):
            refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert {"500", "503"} <= set(refusals), f"{method} {path}"
            for status, answer in refusals.items():
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, f"{method} {path} {status}"

    def test_asks_for_a_key_on_every_post_without_a_phone_chosen_id(self, document: dict[str, Any]) -> None:
        for path, method, operation in operations(document):
            if method != "post" or "/direct-upload" in path or path.endswith(_WITHOUT_KEY):
                continue
            headers = (
                {one["name"] for one in operation["parameters"] if one["in"] == "header"}
                if "parameters" in operation
                else set()
            )
            assert ("Idempotency-Key" in headers) != _has_own_id(document, operation), f"{method} {path}"

    def test_asks_for_a_session_everywhere_but_from_a_notification_and_of_who_comes_in_by_a_link(
        self, document: dict[str, Any]
    ) -> None:
        open_paths = [path for path, _, operation in operations(document) if not operation.get("security")]

        assert open_paths == [
            "/api/v1/receipts",
            "/api/v1/replies",
            "/api/v1/sign-in-links/look",
            "/api/v1/sign-in-links/redemption",
        ]

    def test_asks_for_the_ground_rules_before_every_write_but_accepting_them_and_signing_out(
        self, document: dict[str, Any]
    ) -> None:
        without = [
            f"{method} {path}"
            for path, method, operation in operations(document)
            if method != "get" and "ground_rules_not_accepted" not in str(operation["responses"].get("403"))
        ]

        assert without == [
            "post /api/v1/me/ground-rules",
            "delete /api/v1/me/sessions/{session_id}",
            "post /api/v1/receipts",
            "post /api/v1/replies",
            "post /api/v1/sign-in-links/look",
            "post /api/v1/sign-in-links/redemption",
        ]


def _links(html: str) -> list[str]:
    return re.findall(r"""(?:href|src|url)\s*[=:]\s*["']([^"']+)["']""", html)


def _is_untyped(schema: dict[str, Any]) -> bool:
    if schema.get("type") == "object" and not schema.get("properties"):
        return True
    parts = schema.get("properties", {}).values()
    return any(part.get("type") == "object" and "additionalProperties" not in part for part in parts)


def _has_own_id(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    if "requestBody" not in operation:
        return False
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return "id" in document["components"]["schemas"][reference.rsplit("/", 1)[1]]["properties"]


class TestDocs:
    def test_serves_the_committed_document(self) -> None:
        answer = Client().get("/api/v1/openapi.yaml")

        assert (answer.content, "ETag" in answer) == (COMMITTED.read_bytes(), True)

    def test_asks_nobody_else_for_anything(self) -> None:
        html = Client().get("/api/docs").content.decode()

        assert len(_links(html)) >= 4
        assert [link for link in _links(html) if not link.startswith("/")] == []
        assert re.findall(r"https?://[^\s\"'<]+", html) == []

    @pytest.mark.django_db(transaction=True)
    def test_serves_every_file_it_links_to(self) -> None:
        with served(application) as address, httpx.Client(base_url=address) as browser:
            html = browser.get("/api/docs").text
            answers = [browser.get(link) for link in _links(html)]

        assert [answer.status_code for answer in answers] == [200] * len(answers)
        assert all(answer.content for answer in answers)
