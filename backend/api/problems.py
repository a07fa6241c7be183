"""
RFC 9457 problem documents. No web framework here: the uploads app speaks them, too.

Source: RFC 9457, section 3. `title` is the same for every occurrence of a code; `detail` is about this one.
"""

from __future__ import annotations

from typing import Any

from api_schema.error_codes import ERROR_CODES

MEDIA_TYPE = "application/problem+json"


def problem(code: str, detail: str, request_id: str, **facts: Any) -> dict[str, Any]:
    """
    Return the problem document of one refusal. `facts` become extra members of it.

    :raises KeyError: `code` is not listed in `api_schema.error_codes`.
    """
    listed = ERROR_CODES[code]
    return {
        "type": f"urn:cuppa:problem:{code}",
        "title": listed.title,
        "status": listed.status,
        "detail": detail,
        "code": code,
        "fault": listed.fault,
        "retry": listed.retry,
        "request_id": request_id,
        **facts,
    }
