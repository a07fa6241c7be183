"""How browsers are told things: the web app of the Firebase project whose key `push` has."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from dataclasses import dataclass

from backend.settings.env import BadEnvironment, optional_text

INSTALLATIONS_URL = "https://firebaseinstallations.googleapis.com"
REGISTRATIONS_URL = "https://fcmregistrations.googleapis.com"
_NAMES = ("FCM_WEB_API_KEY", "FCM_WEB_PROJECT_ID", "FCM_WEB_APP_ID", "FCM_WEB_VAPID_KEY")
_POINT_BYTES = 65  # an uncompressed point of P-256: 4, x, y. Source: RFC 8292


@dataclass(frozen=True)
class WebPush:
    """What a browser needs to register with Firebase. None of it is secret: every page that registers shows it."""

    api_key: str
    project_id: str
    app_id: str
    vapid_key: str
    installations_url: str = INSTALLATIONS_URL
    registrations_url: str = REGISTRATIONS_URL

    @property
    def origins(self) -> list[str]:
        """What a page that registers must be let speak to."""
        return sorted({self.installations_url, self.registrations_url})


def web_push() -> WebPush | None:
    """Return what `FCM_WEB_…` says; None when nothing of it is set. `FCM_WEB_URL`: another address that speaks both."""
    found = {name: optional_text(name) for name in _NAMES}
    if not any(found.values()):
        return None
    missing = [name for name, value in found.items() if not value]
    if missing:
        raise BadEnvironment(
            f"Browsers cannot be told: {', '.join(missing)} is not set, and other FCM_WEB_… are."
            " See docs/notifications.md."
        )
    api_key, project_id, app_id, vapid_key = (str(found[name]) for name in _NAMES)
    _check_key(vapid_key)
    url = optional_text("FCM_WEB_URL")
    urls = (url, url) if url else (INSTALLATIONS_URL, REGISTRATIONS_URL)
    return WebPush(api_key, project_id, app_id, vapid_key, *urls)


def _check_key(vapid_key: str) -> None:
    try:
        point = urlsafe_b64decode(vapid_key + "=" * (-len(vapid_key) % 4))
    except (binascii.Error, ValueError):
        point = b""
    if len(point) != _POINT_BYTES or point[0] != 4:
        raise BadEnvironment(
            "FCM_WEB_VAPID_KEY must be the public key of the web push certificate, 87 characters that begin with B."
        )
