"""Objects in a bucket of any S3."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

from backend.integrations.object_keys import checked_key, checked_prefix
from backend.integrations.s3_client import reachable, s3_client
from backend.integrations.s3_multipart import S3Multipart


class S3Store:
    """
    The `ObjectStore` of a larger installation. Credentials come the way boto3 finds them (environment or role).

    `public_endpoint_url`: the address under which phones reach the same store, when it differs from ours.
    """

    def __init__(
        self, *, bucket: str, region: str, endpoint_url: str | None, public_endpoint_url: str | None = None
    ) -> None:
        self._bucket = bucket
        self._client = s3_client(region, endpoint_url)
        self._signer = s3_client(region, public_endpoint_url) if public_endpoint_url else self._client
        self.multipart = S3Multipart(self._client, self._signer, bucket)

    def put_file(self, key: str, *, path: Path, content_type: str) -> None:
        with reachable():
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
            with reachable():
                return self._client.head_object(Bucket=self._bucket, Key=checked_key(key))["ContentLength"]
        except FileNotFoundError:
            return None

    def open(self, key: str, *, begin_at: int = 0) -> BinaryIO:
        with reachable():
            if begin_at:
                answer = self._client.get_object(Bucket=self._bucket, Key=checked_key(key), Range=f"bytes={begin_at}-")
            else:  # S3 refuses any range of an empty object
                answer = self._client.get_object(Bucket=self._bucket, Key=checked_key(key))
        return cast("BinaryIO", answer["Body"])

    def list_keys(self, prefix: str) -> Iterable[str]:
        with reachable():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=checked_prefix(prefix)
            )
            return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def delete(self, key: str) -> None:
        with reachable():
            self._client.delete_object(Bucket=self._bucket, Key=checked_key(key))


def _quotable(filename: str) -> str:
    return "".join(letter for letter in filename if letter.isascii() and letter.isprintable() and letter not in '"\\')
