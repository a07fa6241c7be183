"""
E-mail, a channel beside push, through Django's mail.

To copy for another channel: `is_configured` here, a class with `send(push) -> Answer` in `channel.py` that maps every
refusal to a `Fault`, its settings in `backend/settings/base.py`, a line in `notifications/ways.py` and one in
`notifications/channels.py`. Nothing else knows the channel.

Settings: `EMAIL_FROM`, known to every process (None: no e-mail), and `EMAIL` (`backend.settings.env.MailServer`, from
EMAIL_URL), which holds a password and which only the sender needs.
"""

from __future__ import annotations

from django.conf import settings


def is_configured() -> bool:
    """Return whether this installation sends e-mail."""
    return settings.EMAIL_FROM is not None
