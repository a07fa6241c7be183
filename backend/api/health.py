"""Whether this process can do its work: for the supervisor and the reverse proxy."""

from __future__ import annotations

from django.db import connection
from django.db.utils import Error
from django.http import HttpRequest, JsonResponse

from backend.api.problems import MEDIA_TYPE, problem
from backend.api.request_id import current_request_id


def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer `ok` when the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        document = problem("unavailable", "The database does not answer.", current_request_id())
        return JsonResponse(document, status=503, content_type=MEDIA_TYPE)
    return JsonResponse({"status": "ok"})
