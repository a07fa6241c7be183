"""Objects in a bucket of any S3. The only place that imports boto3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from backend.integrations.object_errors import ObjectStoreUnavailable
from backend.integrations.object_keys import checked_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Store:
    """
    The `ObjectStore` of a larger installation. Credentials come the way boto3 finds them (environment or role).

    `public_endpoint_url`: the address under which phones reach the same store, when it differs from ours.
    """

    def __init__(
        self, *, bucket: str, region: str, endpoint_url: str | None, public_endpoint_url: str | None = None
    ) -> None:
        self._bucket = bucket
        self._client = _client(region, endpoint_url)
        self._signer = _client(region, public_endpoint_url) if public_endpoint_url else self._client

    def put_file(self, key: str, *, path: Path, content_type: str) -> None:
        with _reachable():
            self._client.upload_file(str(path), self._bucket, checked_key(key), ExtraArgs={"ContentType": content_type})

    def presigned_get(
        self, key: str, *, expires_in: timedelta, content_type: str | None = None, filename: str | None = None
    ) -> str:
        wanted = {"Bucket": self._bucket, "Key": checked_key(key)}
        if content_type:
            wanted["ResponseContentType"] = content_type
        if filename:
            wanted["ResponseContentDisposition"] = f'attachment; filename="{_quotable(filename)}"'
        return self._sign("get_object", wanted, expires_in)

    def presigned_put(self, key: str, *, expires_in: timedelta) -> str:
        return self._sign("put_object", {"Bucket": self._bucket, "Key": checked_key(key)}, expires_in)

    def _sign(self, operation: str, wanted: dict[str, str], expires_in: timedelta) -> str:
        seconds = int(expires_in.total_seconds())
        return self._signer.generate_presigned_url(operation, Params=wanted, ExpiresIn=seconds)

    def head(self, key: str) -> int | None:
        try:
            with _reachable():
                return self._client.head_object(Bucket=self._bucket, Key=checked_key(key))["ContentLength"]
        except FileNotFoundError:
            return None

    def open(self, key: str) -> BinaryIO:
        with _reachable():
            return cast("BinaryIO", self._client.get_object(Bucket=self._bucket, Key=checked_key(key))["Body"])

    def delete(self, key: str) -> None:
        with _reachable():
            self._client.delete_object(Bucket=self._bucket, Key=checked_key(key))


def _client(region: str, endpoint_url: str | None) -> S3Client:
    config = Config(
        signature_version="s3v4",
        # Self-hosted stores rarely answer under bucket.host names, and many refuse the newer default checksums.
        s3={"addressing_style": "path" if endpoint_url else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "max_attempts": 4},
        connect_timeout=5,
        read_timeout=30,
    )
    return boto3.client("s3", region_name=region, endpoint_url=endpoint_url, config=config)


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn what boto3 raises into what every store raises."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            raise FileNotFoundError("There is no such object.") from None
        raise ObjectStoreUnavailable(str(error)) from error
    except (BotoCoreError, S3UploadFailedError) as error:
        raise ObjectStoreUnavailable(str(error)) from error


def _quotable(filename: str) -> str:
    return "".join(letter for letter in filename if letter.isascii() and letter.isprintable() and letter not in '"\\')
