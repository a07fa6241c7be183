"""
Text messages, a channel beside push, through Amazon SNS.

A copy of `notifications/email` in shape; see there for how to add another. Its `sns.py` is the only import of boto3
in this package.

Settings: `SMS_REGION` (None: no message leaves) and `SMS_ENDPOINT_URL` (another address that speaks SNS). Amazon's own
variables hold the key, as for the object store.
"""

from __future__ import annotations

from django.conf import settings


def is_configured() -> bool:
    """Return whether text messages can leave."""
    return settings.SMS_REGION is not None
