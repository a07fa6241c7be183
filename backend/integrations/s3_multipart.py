"""Objects that come to S3 in parts: begun, filled in any order by part number, and put together once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from backend.integrations.object_keys import checked_key
from backend.integrations.s3_client import reachable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MIN_PART_BYTES = 5 * 1024**2  # S3 refuses smaller ones, except the last
MAX_PART_NUMBER = 10_000


@dataclass(frozen=True)
class Part:
    """One part that S3 holds. `etag`: S3's name for its content."""

    number: int
    etag: str
    size_bytes: int


@dataclass(frozen=True)
class S3Multipart:
    """
    The multipart uploads of one bucket. Every method raises `ObjectStoreUnavailable`, and all that take a
    `multipart_id` raise `MultipartGone` once it was put together or given up.

    `signer`: makes links for phones, who may reach the store under another address.
    """

    client: S3Client
    signer: S3Client
    bucket: str

    def begin(self, key: str, *, content_type: str) -> str:
        """Return the id of a new multipart upload that will be the object `key`."""
        with reachable():
            begun = self.client.create_multipart_upload(
                Bucket=self.bucket, Key=checked_key(key), ContentType=content_type
            )
        return begun["UploadId"]

    def put_part(self, key: str, multipart_id: str, *, number: int, content: bytes) -> Part:
        """Store one part, in place of another of the same number."""
        with reachable():
            put = self.client.upload_part(
                Bucket=self.bucket, Key=checked_key(key), UploadId=multipart_id, PartNumber=number, Body=content
            )
        return Part(number, put["ETag"], len(content))

    def presigned_part(self, key: str, multipart_id: str, *, number: int, expires_in: timedelta) -> str:
        """Return a link with which its bearer may PUT this one part."""
        wanted = {"Bucket": self.bucket, "Key": checked_key(key), "UploadId": multipart_id, "PartNumber": number}
        return self.signer.generate_presigned_url(
            "upload_part", Params=wanted, ExpiresIn=int(expires_in.total_seconds())
        )

    def list_parts(self, key: str, multipart_id: str) -> list[Part]:
        """Return the parts that S3 holds, by number."""
        with reachable():
            pages = self.client.get_paginator("list_parts").paginate(
                Bucket=self.bucket, Key=checked_key(key), UploadId=multipart_id
            )
            return [
                Part(part["PartNumber"], part["ETag"], part["Size"]) for page in pages for part in page.get("Parts", [])
            ]

    def complete(self, key: str, multipart_id: str, *, parts: Sequence[Part]) -> None:
        """
        Put `parts`, in order of their numbers, together; others are forgotten.

        :raises PartsRefused: one is missing, is not what it was, or is too small.
        """
        named: list[CompletedPartTypeDef] = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        with reachable():
            self.client.complete_multipart_upload(
                Bucket=self.bucket, Key=checked_key(key), UploadId=multipart_id, MultipartUpload={"Parts": named}
            )

    def give_up(self, key: str, multipart_id: str) -> None:
        """Forget a multipart upload and its parts."""
        with reachable():
            self.client.abort_multipart_upload(Bucket=self.bucket, Key=checked_key(key), UploadId=multipart_id)

    def delete_below(self, prefix: str) -> None:
        """Delete every object whose key begins with `prefix` and a slash. Idempotent."""
        with reachable():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{checked_key(prefix)}/"
            )
            for kept in [entry["Key"] for page in pages for entry in page.get("Contents", [])]:
                self.client.delete_object(Bucket=self.bucket, Key=kept)
