"""The door to Amazon SNS, and the only import of boto3 in this package."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
)

from notifications.answers import Fault, Refused

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


@cache
def sns_client(region: str, endpoint_url: str | None, key_id: str | None, secret: str | None) -> SnsClient:
    """Return a client that tries once; threads may share it. Without a key: as boto3 finds one."""
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=6)
    client: SnsClient = boto3.Session(key_id, secret).client(
        "sns", region_name=region, endpoint_url=endpoint_url, config=config
    )
    return client


def refused(error: ClientError | BotoCoreError | TimeoutError) -> Refused:
    """Return what became of a message that SNS did not take. No number is in the text."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        return Refused(_FAULT_OF_CODE.get(code, _by_status(error)), f"SNS says {code}")
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError):
        return Refused(Fault.UNAVAILABLE, "SNS cannot be reached")
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return Refused(Fault.CREDENTIALS, "there is no key for SNS: set SMS_ACCESS_KEY_ID and SMS_SECRET_ACCESS_KEY")
    return Refused(Fault.AMBIGUOUS, f"SNS did not answer: {type(error).__name__}")


def _by_status(error: ClientError) -> Fault:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Fault.UNAVAILABLE if status >= 500 or status == 429 else Fault.UNKNOWN
