"""
The door to Amazon SNS, and the only import of boto3 in this package.

boto3 signs the request and reads the answer; the way there is `bounded_http`, whose deadline holds for all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from typing import Any, Final, Protocol

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)

from api_schema.ids import uuid7
from notifications.answers import Fault, Refused
from notifications.bounded_http import NoResponse, Request, post

# Error codes of SNS `Publish`. Source: Amazon SNS API reference, "Publish" and "Common errors".
_FAULT_OF_CODE: Final = {
    "InvalidParameter": Fault.BAD_REGISTRATION,  # the number is the only thing that varies
    "InvalidParameterValue": Fault.BAD_REGISTRATION,
    "OptedOut": Fault.UNREGISTERED,  # they answered STOP
    "Throttled": Fault.UNAVAILABLE,
    "Throttling": Fault.UNAVAILABLE,
    "ThrottlingException": Fault.UNAVAILABLE,
    "InternalError": Fault.UNAVAILABLE,
    "InternalFailure": Fault.UNAVAILABLE,
    "ServiceUnavailable": Fault.UNAVAILABLE,
    "AuthorizationError": Fault.CREDENTIALS,
    "AccessDenied": Fault.CREDENTIALS,
    "AccessDeniedException": Fault.CREDENTIALS,
    "InvalidClientTokenId": Fault.CREDENTIALS,
    "UnrecognizedClientException": Fault.CREDENTIALS,
    "SignatureDoesNotMatch": Fault.CREDENTIALS,
    "ExpiredToken": Fault.CREDENTIALS,
    "OptInRequired": Fault.CREDENTIALS,
    "ValidationError": Fault.BAD_PAYLOAD,
}


class SnsClient(Protocol):
    """The part of boto3's client that is used."""

    def publish(self, **wanted: Any) -> dict[str, Any]: ...


_limit_s: ContextVar[float] = ContextVar("limit_s")


@contextmanager
def limited_to(limit_s: float) -> Iterator[None]:
    """Let every request of this thread be over within `limit_s`."""
    before = _limit_s.set(limit_s)
    try:
        yield
    finally:
        _limit_s.reset(before)


@cache
def sns_client(region: str, endpoint_url: str | None, key_id: str | None, secret: str | None) -> SnsClient:
    """Return a client that tries once; threads may share it. Without a key: as boto3 finds one."""
    config = Config(retries={"total_max_attempts": 1})
    client = boto3.Session(key_id, secret).client("sns", region_name=region, endpoint_url=endpoint_url, config=config)
    client.meta.events.register("before-send.sns", _send)  # an answer here is taken for the server's
    publisher: SnsClient = client
    return publisher


class _Body(BytesIO):
    """The body of an answer, as botocore reads one."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def _send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
    """
    Send what boto3 prepared.

    :raises EndpointConnectionError: nothing was sent. :raises ReadTimeoutError: nobody knows what became of it.
    """
    assert isinstance(request.body, str | bytes)  # `Publish` is a form, and botocore streams none
    lines = tuple(f"{name}: {_text(value)}" for name, value in request.headers.items())
    body = _text(request.body).encode()
    outcome = post(Request(uuid7(), request.url, lines, body, _limit_s.get()))
    if isinstance(outcome, NoResponse):
        lost = ReadTimeoutError if outcome.was_sent else EndpointConnectionError
        raise lost(endpoint_url=request.url, error=outcome.detail)
    headers: Any = outcome.headers()  # botocore copies any mapping; its stubs name one class
    return AWSResponse(request.url, outcome.status, headers, _Body(outcome.body))


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def refused(error: ClientError | BotoCoreError) -> Refused:
    """Return what became of a message that SNS did not take. No number is in the text."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        return Refused(_FAULT_OF_CODE.get(code, _by_status(error)), f"SNS says {code}")
    if isinstance(error, EndpointConnectionError):
        return Refused(Fault.UNAVAILABLE, "SNS cannot be reached")
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return Refused(Fault.CREDENTIALS, "there is no key for SNS: set SMS_ACCESS_KEY_ID and SMS_SECRET_ACCESS_KEY")
    return Refused(Fault.AMBIGUOUS, f"SNS did not answer: {type(error).__name__}")


def _by_status(error: ClientError) -> Fault:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Fault.UNAVAILABLE if status >= 500 or status == 429 else Fault.UNKNOWN
