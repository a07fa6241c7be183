"""What a mail server's refusals mean. Source: RFC 5321, section 4.2 (4xx passes, 5xx stays), RFC 4954 for 535."""

from __future__ import annotations

import smtplib
import ssl

from notifications.answers import Fault, Refused


def refused(error: OSError | ValueError) -> Refused:
    """Return what became of an e-mail that smtplib or Django could not hand over. No address is in the text."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, said)] = error.recipients.values()
            return _by_code(code, said, stays=Fault.BAD_REGISTRATION)
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPSenderRefused():
            return _by_code(error.smtp_code, error.smtp_error, stays=Fault.CREDENTIALS)
        case smtplib.SMTPResponseException():
            return _by_code(error.smtp_code, error.smtp_error, stays=Fault.BAD_PAYLOAD)
        case smtplib.SMTPServerDisconnected() | TimeoutError() | ConnectionResetError() | BrokenPipeError():
            return Refused(Fault.AMBIGUOUS, f"the mail server went away: {error}")
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Refused(Fault.CREDENTIALS, f"EMAIL_URL does not fit the mail server: {error}")
        case OSError():
            return Refused(Fault.UNAVAILABLE, f"the mail server cannot be reached: {error}")
        case _:  # ValueError: Django or smtplib will not write such an address
            return Refused(Fault.BAD_REGISTRATION, "this is no e-mail address")


def _by_code(code: int, said: bytes | str, *, stays: Fault) -> Refused:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Refused(stays if code >= 500 else Fault.UNAVAILABLE, f"{code} {' '.join(text.split())}"[:500])
