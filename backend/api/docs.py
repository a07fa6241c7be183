"""The API's own documentation, without a request to anybody else."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse

COMMITTED = Path(__file__).resolve().parents[2] / "api_schema" / "openapi.yaml"


def openapi(_request: HttpRequest) -> HttpResponse:
    """Answer with the committed OpenAPI document; `check_openapi` keeps it true."""
    return HttpResponse(COMMITTED.read_bytes(), content_type="application/yaml")
