"""
Text messages, a channel beside push, through Amazon SNS.

A copy of `notifications/email` in shape; see there for how to add another. Its `sns.py` is the only import of boto3
in this package.

Settings: `SMS_REGION`, known to every process (None: no text messages), `SMS_ENDPOINT_URL` (another address that speaks
SNS), and a key of its own, `SMS_ACCESS_KEY_ID` and `SMS_SECRET_ACCESS_KEY`, which only the sender needs: Amazon's own
variables may hold the key of an object store that is not Amazon's.
"""

from __future__ import annotations

from django.conf import settings


def is_configured() -> bool:
    """Return whether this installation sends text messages."""
    return settings.SMS_REGION is not None
