"""Every refusal is problem+json, with a code that a phone can decide by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions
from rest_framework.test import APIClient

import backend
from api_schema.error_codes import ERROR_CODES
from backend.api.errors import problem_response
from backend.api.problems import problem
from backend.domain.errors import DomainError, IllegalMove
from tests.api.calls import assert_problem

BACKEND = Path(backend.__path__[0])


class TestProblem:
    def test_says_what_why_and_whose_fault_it_is(self) -> None:
        document = problem("upload_locked", "Another phone writes.", "request-1", upload_id="u")

        assert document == {
            "type": "urn:cuppa:problem:upload_locked",
            "title": "Another request is writing this upload",
            "status": 423,
            "detail": "Another phone writes.",
            "code": "upload_locked",
            "fault": "caller",
            "retry": True,
            "request_id": "request-1",
            "upload_id": "u",
        }

    def test_knows_no_other_codes(self) -> None:
        with pytest.raises(KeyError):
            problem("made_up", "", "request-1")


class TestProblemResponse:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (exceptions.ParseError(), "malformed_request"),
            (exceptions.NotAuthenticated(), "not_signed_in"),
            (exceptions.AuthenticationFailed(), "session_expired"),
            (exceptions.PermissionDenied(), "not_allowed"),
            (exceptions.PermissionDenied(code="ground_rules_not_accepted"), "ground_rules_not_accepted"),
            (exceptions.NotFound(), "not_found"),
            (exceptions.MethodNotAllowed("PUT"), "method_not_allowed"),
            (exceptions.UnsupportedMediaType("text/plain"), "unsupported_media_type"),
            (exceptions.ValidationError({"title": ["Too long."]}), "invalid_input"),
            (Http404(), "not_found"),
            (PermissionDenied(), "not_allowed"),
            (OperationalError("connection refused"), "unavailable"),
            (ZeroDivisionError(), "internal_error"),
        ],
    )
    def test_gives_each_exception_its_code(self, error: Exception, code: str) -> None:
        response = problem_response(error, {})

        assert (response.data["code"], response.status_code) == (code, ERROR_CODES[code].status)

    def test_hands_the_facts_of_a_domain_error_on(self) -> None:
        response = problem_response(IllegalMove("Not from here.", state="asked", allowed=["parked"]), {})

        assert (response.data["detail"], response.data["state"], response.data["allowed"]) == (
            "Not from here.",
            "asked",
            ["parked"],
        )

    def test_names_nested_fields_by_their_path(self) -> None:
        detail: Any = {"steps": [{}, {"text": ["Too long."]}], "moment": {"non_field_errors": ["Not a span."]}}

        response = problem_response(exceptions.ValidationError(detail), {})

        assert response.data["fields"] == {"steps.1.text": ["Too long."], "moment": ["Not a span."]}
        assert response.data["detail"] == "Not valid: steps.1.text, moment."

    def test_names_the_body_when_it_is_wrong_as_a_whole(self) -> None:
        response = problem_response(exceptions.ValidationError("Not an object."), {})

        assert response.data["fields"] == {"body": ["Not an object."]}

    def test_tells_a_throttled_phone_when_to_come_back(self) -> None:
        response = problem_response(exceptions.Throttled(wait=4.2), {})

        assert (response.data["code"], response["Retry-After"]) == ("too_many_requests", "5")

    def test_logs_what_it_did_not_expect_and_shows_nothing_of_it(self, caplog: pytest.LogCaptureFixture) -> None:
        response = problem_response(RuntimeError("password=hunter2"), {})

        assert "hunter2" not in str(response.data)
        assert "hunter2" in caplog.text


@pytest.mark.django_db
class TestAnyAddress:
    @pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/threads/not-an-id", "/api/v1/threads/"])
    def test_answers_404_where_nothing_is(self, path: str) -> None:
        assert_problem(Client().get(path), "not_found")

    def test_answers_404_as_a_page_outside_of_the_api(self) -> None:
        answer = Client().get("/nowhere")

        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")

    def test_answers_400_to_a_host_that_is_not_ours(self) -> None:
        assert_problem(Client().get("/healthz", headers={"Host": "evil.example"}), "malformed_request")

    def test_answers_405_with_the_methods_it_takes(self, phone: APIClient) -> None:
        answer = phone.put("/api/v1/threads")

        assert_problem(answer, "method_not_allowed")
        assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"

    def test_answers_415_to_what_is_not_json(self, phone: APIClient) -> None:
        answer = phone.post("/api/v1/threads", "title=E4", content_type="text/plain")

        assert_problem(answer, "unsupported_media_type")

    @pytest.mark.parametrize(
        "body",
        [
            b'{"title": ',
            b"\xff\xfe",
            b'{"title": NaN}',
            b'{"urgency": "half a pair \\ud800"}',
            b"[" * 100_000,
            b'"' + b"x" * 8 * 1024**2 + b'"',
        ],
        ids=["cut short", "not UTF-8", "not a number", "half a surrogate pair", "too deep", "too large"],
    )
    def test_answers_400_to_json_that_cannot_be_read(self, phone: APIClient, body: bytes) -> None:
        answer = phone.post("/api/v1/threads", body, content_type="application/json")

        assert_problem(answer, "malformed_request")

    @pytest.mark.parametrize("body", ["[]", '"text"', "7", "null"])
    def test_answers_400_to_json_of_another_shape(self, phone: APIClient, body: str) -> None:
        answer = phone.post("/api/v1/threads", body, content_type="application/json")

        assert_problem(answer, "invalid_input")

    def test_speaks_json_to_whoever_asks_for_something_else(self, phone: APIClient) -> None:
        answer = phone.get("/api/v1/me", headers={"Accept": "text/html"})

        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")

    def test_answers_500_with_the_request_id_when_a_view_breaks(self, phone: APIClient) -> None:
        with patch("backend.api.v1.me.find_person", side_effect=RuntimeError("boom")):
            answer = phone.get("/api/v1/me")

        assert_problem(answer, "internal_error")


class TestErrorCodes:
    """The list of codes and the code that uses them agree."""

    def test_every_code_that_is_raised_is_listed(self) -> None:
        for path, code in _raised_codes():
            assert code in ERROR_CODES, f"{path} uses {code}"

    def test_every_listed_code_is_used(self) -> None:
        used = {text for tree in _sources().values() for text in _texts(tree)}

        assert sorted(set(ERROR_CODES) - used) == []

    def test_every_domain_error_has_a_listed_code(self) -> None:
        without = [error.__qualname__ for error in _all_kinds(DomainError) if error.code not in ERROR_CODES]

        assert without == []


def _sources() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in BACKEND.rglob("*.py")}


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _raised_codes() -> Iterator[tuple[Path, str]]:
    """Yield the `code = "…"` of each class, and the first argument of each call of `problem`."""
    for path, tree in _sources().items():
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                    yield path, code
                case ast.Call(func=ast.Name(id="problem"), args=[ast.Constant(value=str(code)), *_]):
                    yield path, code


def _all_kinds(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in error.__subclasses__():
        yield kind
        yield from _all_kinds(kind)
