"""The hosted speech engine that the settings name, if they name one."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from backend.domain.clips.hosted_speech import HostedSpeech
from backend.integrations.amazon_transcribe import AmazonTranscribe, transcribe_client
from backend.integrations.object_store import object_store


def hosted_speech() -> HostedSpeech | None:
    """Return the service that transcribes in place of media workers; None when they do it themselves."""
    return _amazon() if settings.USES_AMAZON_TRANSCRIBE else None


@cache
def _amazon() -> AmazonTranscribe:
    client = transcribe_client(settings.AMAZON_TRANSCRIBE_REGION, settings.AMAZON_TRANSCRIBE_ENDPOINT_URL)
    bucket = settings.OBJECT_STORE.removeprefix("s3://").strip("/")
    return AmazonTranscribe(client, bucket=bucket, store=object_store())
