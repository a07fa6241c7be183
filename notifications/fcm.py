"""
The door to Firebase Cloud Messaging, and the only import of `firebase_admin`.

The SDK owns the credentials, encodes the message and reads the errors; the way there and how long it may take is ours
(`bounded_http`), and so is what follows from an error (`answers.RULES`).
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from uuid import UUID

import requests
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError, TransportError

from notifications.access_tokens import AccessToken
from notifications.answers import Accepted, Answer, Fault, NotOffered, Refused
from notifications.bounded_http import NoResponse, Outcome, Request, Response, transfers
from notifications.outgoing import OutgoingPush
from notifications.payloads import Json, fcm_message

# All of a batch, the access token included, is over within 9.5 s: under the 10 that a sender may block.
STARTS_WITHIN_S = 3.5
LIMIT_S = 6.0  # for one push, from its start
_BATCH_LIMIT_S = STARTS_WITHIN_S + LIMIT_S

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


class _Sdk(messaging._MessagingService):  # type: ignore[misc]  # noqa: SLF001
    """
    The SDK's sender without its HTTP: what it knows of messages and of errors.

    Reaches behind the SDK's door, because it offers neither a limit on its retries nor an address. To be removed
    when `firebase_admin.initialize_app` takes both.
    """

    def __init__(self) -> None:
        """Open no connection."""

    def body_of(self, push: OutgoingPush) -> bytes:
        """
        Return the body of the send request.

        :raises ValueError: the SDK will not encode it.
        """
        return json.dumps({"message": self.encode_message(_sdk_message(fcm_message(push)))}).encode()

    def error_of(self, response: Response) -> exceptions.FirebaseError:
        """Return the SDK's error for an answer that is not 200."""
        answer = requests.Response()
        answer.status_code, answer._content = response.status, response.body  # noqa: SLF001
        error: exceptions.FirebaseError = self._handle_fcm_error(requests.HTTPError(response=answer))
        return error


_SDK = _Sdk()


@dataclass(frozen=True)
class _Project:
    """A Firebase project as its service account reaches it."""

    send_url: str
    access_token: AccessToken


class FcmChannel:
    """Sends to FCM."""

    def __init__(self, *, credentials_path: str, url: str | None) -> None:
        """`url`: the origin of a server that speaks the FCM v1 API; None is Google's."""
        self._credentials_path = credentials_path
        self._url = url

    def send(self, push: OutgoingPush) -> Answer:
        """As `Channel.send`."""
        answers: dict[UUID, Answer] = {}
        for some in self.send_many({push.push_id: push}, goes_on=lambda: True):
            answers |= some
        return answers[push.push_id]

    def send_many(
        self, pushes: Mapping[UUID, OutgoingPush], *, goes_on: Callable[[], bool]
    ) -> Iterator[dict[UUID, Answer]]:
        """As `BatchChannel.send_many`."""
        began = time.monotonic()
        try:
            project = _project(self._credentials_path, self._url)
            project.access_token.get()
        except (UnusableCredentials, GoogleAuthError) as error:
            yield dict.fromkeys(pushes, _without_token(error))
            return
        yield from _Batch(project, pushes, goes_on, began).run()


class _Batch:
    """Pushes on their way to one project."""

    def __init__(
        self, project: _Project, pushes: Mapping[UUID, OutgoingPush], goes_on: Callable[[], bool], began: float
    ) -> None:
        self._project = project
        self._pushes = pushes
        self._goes_on = goes_on
        self._waiting = deque(pushes)
        self._answers: dict[UUID, Answer] = {}  # not yet told
        self._tokens: dict[UUID, str] = {}  # the access token each was offered with
        self._offered_again: set[UUID] = set()
        self._starts_until = began + STARTS_WITHIN_S
        self._ends_at = began + _BATCH_LIMIT_S

    def run(self) -> Iterator[dict[UUID, Answer]]:
        for outcomes in transfers().run(self._next_request):
            for key, outcome in outcomes.items():
                self._hear(key, outcome)
            yield self._told()
        self._answers |= dict.fromkeys(self._waiting, NotOffered())
        yield self._told()

    def _told(self) -> dict[UUID, Answer]:
        told, self._answers = self._answers, {}
        return told

    def _next_request(self) -> Request | None:
        while self._waiting and time.monotonic() < self._starts_until and self._goes_on():
            key = self._waiting.popleft()
            try:
                return self._request(key)
            except GoogleAuthError as error:
                self._answers[key] = _without_token(error)
            except Exception as error:  # noqa: BLE001  # one that cannot be built must not take its batch with it
                self._answers[key] = Refused(Fault.BAD_PAYLOAD, str(error) or repr(error))
        return None

    def _request(self, key: UUID) -> Request:
        body = _SDK.body_of(self._pushes[key])
        self._tokens[key] = token = self._project.access_token.get()
        headers = ("Content-Type: application/json", "X-GOOG-API-FORMAT-VERSION: 2", f"Authorization: Bearer {token}")
        limit_s = min(LIMIT_S, self._ends_at - time.monotonic())
        return Request(key, self._project.send_url, headers, body, limit_s)

    def _hear(self, key: UUID, outcome: Outcome) -> None:
        answer = _answer(outcome)
        if isinstance(answer, Refused) and answer.fault is Fault.CREDENTIALS and self._renews_token(key, outcome):
            self._waiting.append(key)
        else:
            self._answers[key] = answer

    def _renews_token(self, key: UUID, outcome: Outcome) -> bool:
        """Return whether to offer it once more: FCM did not know an access token that is good by its date."""
        is_first = key not in self._offered_again
        if not is_first or not isinstance(outcome, Response) or outcome.status != 401:
            return False
        self._offered_again.add(key)
        self._project.access_token.forget(self._tokens[key])
        return True


def _answer(outcome: Outcome) -> Answer:
    if isinstance(outcome, NoResponse):
        return Refused(Fault.AMBIGUOUS if outcome.was_sent else Fault.UNAVAILABLE, outcome.detail)
    if outcome.status != 200:
        error = _SDK.error_of(outcome)
        return Refused(_fault(error), str(error), _retry_after_s(outcome))
    try:
        return Accepted(json.loads(outcome.body)["name"])
    except (ValueError, KeyError, TypeError):
        return Refused(Fault.AMBIGUOUS, "the answer was 200, but not FCM's")


def _without_token(error: Exception) -> Refused:
    # Nothing was sent.
    is_passing = isinstance(error, TransportError) or getattr(error, "retryable", False)
    return Refused(Fault.UNAVAILABLE if is_passing else Fault.CREDENTIALS, str(error))


def credentials_problem(path: str) -> str | None:
    """Return what is wrong with the service account file at `path`, in one sentence, or None. Asks no server."""
    try:
        _certificate(path)
    except UnusableCredentials as error:
        return str(error)
    return None


@cache
def _project(path: str, url: str | None) -> _Project:
    certificate = _certificate(path)
    google = messaging._MessagingService.FCM_URL.format(certificate.project_id)  # noqa: SLF001
    own = f"{url.rstrip('/')}/v1/projects/{certificate.project_id}/messages:send" if url else None
    return _Project(own or google, AccessToken(certificate.get_credential()))


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
    alert = aps.pop("alert", None)
    sdk_aps = messaging.Aps(
        alert=messaging.ApsAlert(**alert) if alert else None,
        category=aps.pop("category", None),
        sound=aps.pop("sound", None),
        thread_id=aps.pop("thread-id", None),
        content_available=bool(aps.pop("content-available", 0)),
        mutable_content=bool(aps.pop("mutable-content", 0)),
        custom_data=aps,
    )
    return messaging.APNSConfig(headers=part["headers"], payload=messaging.APNSPayload(aps=sdk_aps))


def _webpush(part: Json | None) -> messaging.WebpushConfig | None:
    if part is None:
        return None
    if "notification" not in part:  # a retraction
        return messaging.WebpushConfig(headers=part["headers"])
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


def _retry_after_s(response: Response) -> float | None:
    """
    Return the Retry-After of the answer in seconds (RFC 9110 allows a number or a date), or None without one.

    A date is compared with that of the answer itself: our clock and theirs may differ by more than the wait.
    """
    value = response.header("Retry-After")
    if value is None:
        return None
    if value.isdecimal():
        return float(value)
    until = _date(value)
    return max(0.0, (until - (_date(response.header("Date")) or datetime.now(UTC))).total_seconds()) if until else None


def _date(value: str | None) -> datetime | None:
    """Return an HTTP date, of any of the three forms of RFC 9110, 5.6.7; None: there is none, or it is none."""
    try:
        date = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)  # the form of asctime names no zone, and means GMT
