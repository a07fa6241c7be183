"""What the uploads app refuses by itself; the domain refuses the rest."""

from __future__ import annotations

from backend.domain.errors import DomainError


class MalformedRequest(DomainError):
    """A header is missing or does not say what tus wants to know."""

    code = "malformed_request"


class NotSignedIn(DomainError):
    """There is no session token."""

    code = "not_signed_in"


class SessionExpired(DomainError):
    """The session token is not, or no longer, good."""

    code = "session_expired"


class GroundRulesNotAccepted(DomainError):
    """The person has not accepted the current ground rules."""

    code = "ground_rules_not_accepted"


class CrossSiteRequest(DomainError):
    """A browser's cookie came without the token of a page of ours."""

    code = "cross_site_request"


class MethodNotAllowed(DomainError):
    """The address takes other methods; `facts` hold which are `allowed`."""

    code = "method_not_allowed"


class TusVersionUnsupported(DomainError):
    """The request speaks another version of tus, or does not say."""

    code = "tus_version_unsupported"


class WrongContentType(DomainError):
    """Bytes of an upload come as application/offset+octet-stream."""

    code = "unsupported_media_type"


class UploadOffsetMismatch(DomainError):
    """The request begins somewhere else than the upload stands; `facts` hold `upload_offset`."""

    code = "upload_offset_mismatch"


class UploadOverrun(DomainError):
    """More bytes came than the upload has room for; nothing beyond its length is kept."""

    code = "upload_overrun"


class ChecksumMismatch(DomainError):
    """The body of a request differs from the checksum that came with it; nothing of it is kept."""

    code = "upload_checksum_mismatch"


class ChecksumUnsupported(DomainError):
    """The checksum of a body is of a kind that is unknown here."""

    code = "upload_checksum_unsupported"


class UploadIsJoined(DomainError):
    """The bytes of a final upload come from its pieces; it takes none itself."""

    code = "upload_is_joined"


class UploadLocked(DomainError):
    """Another request has this upload now."""

    code = "upload_locked"


class Superseded(UploadLocked):
    """A newer request writes this upload now; the older one stops."""


class LinkStalled(DomainError):
    """No byte came for a long while; what came is kept."""

    code = "unavailable"
