"""
E-mail, a channel beside push, through Django's mail.

To copy for another channel: `is_configured` here, a class with `send(push) -> Answer` in `channel.py` that maps every
refusal to a `Fault`, its settings in `backend/settings/base.py`, a line in `notifications/ways.py` and one in
`notifications/channels.py`. Nothing else knows the channel.

Settings: `EMAIL` (`backend.settings.env.MailServer`, from EMAIL_URL, or None: no e-mail leaves) and `EMAIL_FROM`.
"""

from __future__ import annotations

from django.conf import settings


def is_configured() -> bool:
    """Return whether e-mail can leave."""
    return settings.EMAIL is not None
