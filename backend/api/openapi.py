"""The OpenAPI document, made from the views."""

from __future__ import annotations

from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.settings import patched_settings

from api_schema.error_codes import ERROR_CODES
from api_schema.push_payloads import PushKind, PushUrgency
from backend.api.v1.devices import KINDS
from backend.api.v1.shapes import values_of
from backend.domain.asking.models import AskStatus
from backend.domain.clips.states import ClipStatus
from backend.domain.corrections.states import RecallStatus
from backend.domain.flags.states import FlagKind, FlagStatus
from backend.domain.hazards.kinds import HazardKind
from backend.domain.hazards.states import CautionStatus
from backend.domain.howtos.states import Governance
from backend.domain.insights.states import GapStatus
from backend.domain.search.models import SubjectKind
from backend.domain.threads.states import ThreadStatus, TryOutcome, Urgency

DESCRIPTION = """\
Film the fault, have an answer before your cuppa is finished.

**Signing in.** `POST /_allauth/app/v1/auth/login` with `{"email", "password"}` and the header `X-Device-Name`
answers `meta.session_token`. Send it as `X-Session-Token`. It lasts 90 days after its last use and can be revoked
for each device. `POST /api/v1/me/ground-rules` comes before the first write.

**Sending again is always safe.** What a phone creates has a UUIDv7 of the phone's own: the same id again is the
same thing. Every other POST needs an `Idempotency-Key`: the same key again is the same answer, for 30 days.

**Uploads** are tus 1.0.0 at `/api/v1/uploads`, with the same session token: `POST` with `Upload-Length` and
`Upload-Metadata` (`clip_id`, `sha256`, `filename`, `filetype`), then `PATCH`, `HEAD`, `DELETE` of the address in
`Location`. They are not described here; tus.io does.

**Watching a thread.** `GET /api/v1/threads/{id}/events` is a stream of server-sent events, with the same session token
or with the ticket of `POST …/events-ticket` as `?ticket=`. Come back with `Last-Event-ID`, and nothing is missed.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code`. `retry` says whether the same request may
succeed later, `fault` whose it is. Another organisation's id looks like a missing one. Every answer carries
`X-Request-Id`. **Lists** are `{"items", "next"}`; `next` is the `cursor` of the next page, or null.
**Times** are UTC with their offset. Reads have an `ETag`.
"""

# One name for each set of choices that appears in several places.
_CHOICES = {
    "AddressKind": KINDS,
    "AskStatus": values_of(AskStatus),
    "CautionStatus": values_of(CautionStatus),
    "ClipStatus": values_of(ClipStatus),
    "ErrorCode": sorted(ERROR_CODES),
    "FlagKind": values_of(FlagKind),
    "FlagStatus": values_of(FlagStatus),
    "GapStatus": values_of(GapStatus),
    "Governance": values_of(Governance),
    "HazardKind": values_of(HazardKind),
    "PushKind": values_of(PushKind),
    "PushUrgency": values_of(PushUrgency),
    "RecallStatus": values_of(RecallStatus),
    "SubjectKind": values_of(SubjectKind),
    "ThreadStatus": values_of(ThreadStatus),
    "TryOutcome": values_of(TryOutcome),
    "Urgency": values_of(Urgency),
}


def make_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of version 1."""
    with patched_settings(
        {
            "DESCRIPTION": DESCRIPTION,
            "ENUM_NAME_OVERRIDES": _CHOICES,
            "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
        }
    ):
        document: dict[str, Any] = SchemaGenerator(urlconf="backend.api.urls").get_schema(public=True)  # type: ignore[no-untyped-call]
    return document


def make_yaml() -> str:
    """Return the document as it is committed."""
    rendered: bytes = OpenApiYamlRenderer().render(make_document())  # type: ignore[no-untyped-call]
    return rendered.decode()
