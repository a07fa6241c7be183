"""
How every door to S3 speaks to it, and what it answers in our words. The only place that imports boto3.

It does so when a client is made: half a second of the start of each process *(measured)*, and most installations keep
their objects in a directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from backend.integrations.object_errors import MultipartGone, ObjectStoreUnavailable, PartsRefused

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_s3 import S3Client

_MISSING = {"404", "NoSuchKey", "NotFound"}
_REFUSED_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall"}


def s3_client(region: str, endpoint_url: str | None) -> S3Client:
    """Return a client; threads may share it."""
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        signature_version="s3v4",
        # Self-hosted stores rarely answer under bucket.host names, and many refuse the newer default checksums.
        s3={"addressing_style": "path" if endpoint_url else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "max_attempts": 4},
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=32,
    )
    return boto3.client("s3", region_name=region, endpoint_url=endpoint_url, config=config)


@contextmanager
def reachable() -> Iterator[None]:
    """Turn what boto3 raises into what every store raises."""
    from boto3.exceptions import S3UploadFailedError  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        raise _in_our_words(error) from error
    except (BotoCoreError, S3UploadFailedError) as error:
        raise ObjectStoreUnavailable(str(error)) from error


def _in_our_words(error: ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code")
    if code in _MISSING:
        return FileNotFoundError("There is no such object.")
    if code == "NoSuchUpload":
        return MultipartGone("These parts were put together, or given up.")
    if code in _REFUSED_PARTS:
        return PartsRefused(str(error))
    return ObjectStoreUnavailable(str(error))
