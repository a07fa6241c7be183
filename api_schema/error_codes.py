"""
Every error the API can answer, once. `code` is stable: phones decide by it, so it is never reused or renamed.

`fault` says whose: `caller` (change the request), `ours` (nothing to change). `retry`: the same request may
succeed later; otherwise it is final.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ErrorCode:
    code: str
    status: int
    title: str  # RFC 9457: the same for every occurrence
    fault: Literal["caller", "ours"] = "caller"
    retry: bool = False


def _listed(*codes: ErrorCode) -> dict[str, ErrorCode]:
    return {code.code: code for code in codes}


ERROR_CODES: dict[str, ErrorCode] = _listed(
    # Any endpoint
    ErrorCode("invalid_input", 400, "Some fields are not valid"),
    ErrorCode("malformed_request", 400, "The request cannot be read"),
    ErrorCode("not_signed_in", 401, "Sign in first"),
    ErrorCode("session_expired", 401, "The session has ended, sign in again"),
    ErrorCode("not_allowed", 403, "Your role may not do this"),
    ErrorCode("ground_rules_not_accepted", 403, "Accept the ground rules first"),
    ErrorCode("cross_site_request", 403, "The request does not come from a page of Cuppa"),
    ErrorCode("sign_in_link_over", 410, "This sign-in link is over"),
    ErrorCode("not_found", 404, "There is no such thing here"),
    ErrorCode("method_not_allowed", 405, "This address does not take that method"),
    ErrorCode("unsupported_media_type", 415, "Send JSON"),
    ErrorCode("too_many_requests", 429, "Too many requests, slow down", retry=True),
    ErrorCode("internal_error", 500, "Something broke on our side", fault="ours", retry=True),
    ErrorCode("unavailable", 503, "A part of Cuppa is not reachable right now", fault="ours", retry=True),
    # Idempotency
    ErrorCode("idempotency_key_missing", 400, "Send an Idempotency-Key"),
    ErrorCode("idempotency_key_reused", 422, "This Idempotency-Key was used with another body"),
    ErrorCode("idempotency_in_progress", 409, "The first request with this key is still running", retry=True),
    ErrorCode("id_taken", 409, "This id already names something else"),
    # State machines
    ErrorCode("illegal_move", 409, "This cannot be done from the current state"),
    ErrorCode("lost_race", 409, "Somebody else changed it first; read it again", retry=True),
    ErrorCode("thread_closed", 409, "The thread takes no more answers"),
    ErrorCode("advice_recalled", 409, "This advice was found to be unsafe"),
    ErrorCode("caution_not_acknowledged", 409, "It is hazardous and unsigned; read the caution first"),
    ErrorCode("howto_incomplete", 409, "The how-to is not ready to be released"),
    ErrorCode("version_changed", 409, "Somebody changed this version; read it again"),
    ErrorCode("may_not_approve", 403, "Somebody else has to approve this text"),
    ErrorCode("approval_missing", 409, "Nobody who may has approved this text as it is"),
    ErrorCode("circular_succession", 409, "The other how-to leads back to this one"),
    # Uploads (tus)
    ErrorCode("upload_too_large", 413, "The file is larger than allowed"),
    ErrorCode("upload_empty", 400, "The file is empty"),
    ErrorCode("upload_type_refused", 415, "This kind of file is not taken"),
    ErrorCode("upload_offset_mismatch", 409, "The offset is not where the upload stands"),
    ErrorCode("upload_overrun", 400, "More bytes came than were declared"),
    ErrorCode("upload_expired", 410, "The upload was not finished in time"),
    ErrorCode("upload_locked", 423, "Another request is writing this upload", retry=True),
    ErrorCode("upload_checksum_mismatch", 460, "The bytes differ from the checksum sent with them", retry=True),
    ErrorCode("upload_checksum_unsupported", 400, "This checksum cannot be checked here"),
    ErrorCode("upload_pieces_missing", 409, "Not every piece is here to be joined", retry=True),
    ErrorCode("upload_is_joined", 403, "The bytes of this upload come from its pieces"),
    ErrorCode("upload_corrupt", 422, "The finished file differs from the declared SHA-256; send it again"),
    ErrorCode("tus_version_unsupported", 412, "This server speaks tus 1.0.0"),
    ErrorCode("quota_exceeded", 413, "The upload quota for today is used up", retry=True),
    ErrorCode("storage_full", 507, "The server's disk is full; go on later", fault="ours", retry=True),
    # Media
    ErrorCode("clip_not_ready", 409, "The clip cannot be played yet", retry=True),
    ErrorCode("clip_rejected", 422, "The clip cannot be used"),
    ErrorCode("cue_changed", 409, "Somebody else corrected this caption; read it again"),
    ErrorCode("link_expired", 403, "This link has expired; ask for a new one"),
    # Media worker
    ErrorCode("job_not_claimable", 409, "This job is taken or over"),
    ErrorCode("lease_lost", 409, "A newer attempt has this job"),
    ErrorCode("result_refused", 422, "The report is not what this job may say"),
    # Replies from a notification
    ErrorCode("reply_token_invalid", 401, "This notification can no longer be answered here; open the app"),
    ErrorCode("reply_not_offered", 403, "This notification does not offer that answer"),
    ErrorCode("reply_too_large", 413, "A reply from a notification has at most 1 kB"),
)
