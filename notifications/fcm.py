"""
The door to Firebase Cloud Messaging, and the only import of `firebase_admin`.

The SDK encodes the message, fetches the access token and reads the errors; how long that may take is ours
(`bounded_http`), and so is what follows from an error (`answers.RULES`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import firebase_admin
from firebase_admin import _http_client, credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError, TransportError

from notifications.answers import Accepted, Answer, Fault, Refused
from notifications.bounded_http import bounded_session, within_budget
from notifications.outgoing import OutgoingPush
from notifications.payloads import Json, fcm_message

# The first line whose type fits decides, so what is special stands before what is general.
_FAULT_OF_ERROR: tuple[tuple[type[exceptions.FirebaseError], Fault], ...] = (
    (messaging.UnregisteredError, Fault.UNREGISTERED),
    (messaging.SenderIdMismatchError, Fault.SENDER_ID_MISMATCH),
    (messaging.ThirdPartyAuthError, Fault.THIRD_PARTY_AUTH),
    (exceptions.ResourceExhaustedError, Fault.QUOTA_EXCEEDED),
    (exceptions.UnauthenticatedError, Fault.CREDENTIALS),
    (exceptions.PermissionDeniedError, Fault.CREDENTIALS),
    (exceptions.NotFoundError, Fault.CREDENTIALS),  # without UNREGISTERED it is the project that is not found
)
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


class UnusableCredentials(Exception):
    """The credentials file cannot be used; the text is one sentence for the operator."""


class _BoundedMessaging(messaging._MessagingService):  # type: ignore[misc]  # noqa: SLF001
    """
    The SDK's sender with our session and, for development and tests, another address.

    Reaches behind the SDK's door, because it offers neither a limit on retries nor an address. To be removed
    when `firebase_admin.initialize_app` takes both.
    """

    def __init__(self, app: firebase_admin.App, *, url: str | None) -> None:
        super().__init__(app)
        if url:
            self._fcm_url = f"{url.rstrip('/')}/v1/projects/{app.project_id}/messages:send"
        self._client = _http_client.JsonHttpClient(session=bounded_session(self._credential), retries=False)


class FcmChannel:
    """Sends to FCM. The SDK is set up at the first push, so that forked workers share no connection."""

    def __init__(self, *, credentials_path: str, url: str | None) -> None:
        """`url`: the origin of a server that speaks the FCM v1 API; None is Google's."""
        self._credentials_path = credentials_path
        self._url = url

    def send(self, push: OutgoingPush) -> Answer:
        """As `Channel.send`."""
        try:
            return Accepted(within_budget(lambda: self._send(push)))
        except UnusableCredentials as error:
            return Refused(Fault.CREDENTIALS, str(error))
        except exceptions.FirebaseError as error:
            return Refused(_fault(error), str(error), _retry_after_s(error))
        except GoogleAuthError as error:
            # Nothing was sent yet: the token exchange failed.
            is_passing = isinstance(error, TransportError) or error.retryable
            return Refused(Fault.UNAVAILABLE if is_passing else Fault.CREDENTIALS, str(error))
        except ValueError as error:
            # The SDK will not encode it.
            return Refused(Fault.BAD_PAYLOAD, str(error))
        except TimeoutError as error:
            return Refused(Fault.AMBIGUOUS, str(error))

    def _send(self, push: OutgoingPush) -> str:
        message_id: str = _service(self._credentials_path, self._url).send(_sdk_message(fcm_message(push)))
        return message_id


def credentials_problem(path: str) -> str | None:
    """Return what is wrong with the service account file at `path`, in one sentence, or None. Asks no server."""
    try:
        _certificate(path)
    except UnusableCredentials as error:
        return str(error)
    return None


@cache
def _service(path: str, url: str | None) -> _BoundedMessaging:
    # Not registered with the SDK by name, so that two files in one process do not clash.
    return _BoundedMessaging(firebase_admin.App("cuppa", _certificate(path), options=None), url=url)


def _certificate(path: str) -> credentials.Certificate:
    try:
        certificate = credentials.Certificate(path)
    except (OSError, ValueError, AttributeError) as error:  # AttributeError: JSON, but no object
        raise UnusableCredentials(_sentence(path, error)) from error
    if not certificate.project_id:
        raise UnusableCredentials(_sentence(path, "it names no project_id"))
    return certificate


def _sentence(path: str, why: object) -> str:
    reason = " ".join(str(why).split()).rstrip(".")
    return f"FIREBASE_CREDENTIALS ({path}) cannot be used, so no push leaves and only the inbox serves: {reason}."


def _sdk_message(message: Json) -> messaging.Message:
    """Return the SDK's form of an FCM v1 `message`; encoding it gives `message` again."""
    sdk_message = messaging.Message(
        fid=message.get("fid"),
        data=message["data"],
        android=_android(message.get("android")),
        apns=_apns(message.get("apns")),
        webpush=_webpush(message.get("webpush")),
    )
    # Not as an argument: that warns of its deprecation, and phones without an installation id still need it.
    sdk_message.token = message.get("token")
    return sdk_message


def _android(part: Json | None) -> messaging.AndroidConfig | None:
    if part is None:
        return None
    return messaging.AndroidConfig(**part | {"ttl": int(part["ttl"].removesuffix("s"))})


def _apns(part: Json | None) -> messaging.APNSConfig | None:
    if part is None:
        return None
    aps = dict(part["payload"]["aps"])
    sdk_aps = messaging.Aps(
        alert=messaging.ApsAlert(**aps.pop("alert")),
        category=aps.pop("category"),
        sound=aps.pop("sound"),
        thread_id=aps.pop("thread-id"),
        custom_data=aps,
    )
    return messaging.APNSConfig(headers=part["headers"], payload=messaging.APNSPayload(aps=sdk_aps))


def _webpush(part: Json | None) -> messaging.WebpushConfig | None:
    if part is None:
        return None
    shown = dict(part["notification"])
    actions = [messaging.WebpushNotificationAction(**action) for action in shown.pop("actions")]
    notification = messaging.WebpushNotification(actions=actions, **shown)
    return messaging.WebpushConfig(headers=part["headers"], notification=notification)


def _fault(error: exceptions.FirebaseError) -> Fault:
    if isinstance(error, exceptions.InvalidArgumentError):
        return _fault_of_invalid_argument(error)
    for kind, fault in _FAULT_OF_ERROR:
        if isinstance(error, kind):
            return fault
    if error.http_response is None:
        return Fault.AMBIGUOUS
    return Fault.UNAVAILABLE if error.http_response.status_code >= 500 else Fault.UNKNOWN


def _fault_of_invalid_argument(error: exceptions.FirebaseError) -> Fault:
    # FCM says 400 for a malformed address and for a malformed message; only the second carries BadRequest.
    # In doubt it is our message: a device is never pruned for our mistake.
    names_fields = any(detail.get("@type") == _BAD_REQUEST for detail in _details(error))
    is_address = "not a valid fcm registration token" in str(error).lower()
    return Fault.BAD_REGISTRATION if is_address and not names_fields else Fault.BAD_PAYLOAD


def _details(error: exceptions.FirebaseError) -> list[dict[str, Any]]:
    try:
        details: list[dict[str, Any]] = error.http_response.json()["error"]["details"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return []
    return details


def _retry_after_s(error: exceptions.FirebaseError) -> float | None:
    """Return the Retry-After of the answer in seconds (RFC 9110 allows a number or a date), or None without one."""
    value = error.http_response.headers.get("Retry-After") if error.http_response is not None else None
    if value is None:
        return None
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return None
