"""Send pushes as e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.answers import Accepted, Answer, Fault, Refused
from notifications.email.bounded_smtp import BoundedSmtp
from notifications.email.letter import letter, message_id
from notifications.email.refusals import refused
from notifications.outgoing import OutgoingPush
from notifications.side_by_side import SideBySideChannel

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives


class EmailChannel(SideBySideChannel):
    """Hands each push to the mail server of EMAIL_URL, in a connection of its own."""

    def offer(self, push: OutgoingPush, *, limit_s: float) -> Answer:
        """As `SideBySideChannel.offer`."""
        if settings.EMAIL is None:
            return Refused(Fault.CREDENTIALS, "EMAIL_URL is not set, so no e-mail leaves; the inbox serves.")
        mail = letter(push)
        try:
            _hand_over(mail, limit_s)
        except (OSError, ValueError) as error:
            return refused(error)
        return Accepted(message_id(push))


def _hand_over(mail: EmailMultiAlternatives, limit_s: float) -> None:
    mail.connection = _connection(limit_s)
    try:
        if mail.send() != 1:  # Django says so, and no more, when the address is empty
            raise ValueError("there is nobody to send it to")
    finally:
        mail.connection.close()  # Django leaves it open when the greeting or the sign-in failed


def _connection(limit_s: float) -> BaseEmailBackend:
    server = settings.EMAIL
    assert server is not None
    if server.directory is not None:
        return get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(server.directory))
    return BoundedSmtp(
        limit_s=limit_s,
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security == "starttls",
        use_ssl=server.security == "tls",
    )
