"""Whether this process can do its work."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from tests.api.calls import assert_problem

pytestmark = pytest.mark.django_db


class TestHealth:
    def test_is_ok_when_the_database_answers(self) -> None:
        answer = Client().get("/healthz")

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_is_unavailable_when_the_database_does_not(self) -> None:
        with patch("backend.api.health.connection.cursor", side_effect=OperationalError("gone")):
            answer = Client().get("/healthz")

        assert_problem(answer, "unavailable")
