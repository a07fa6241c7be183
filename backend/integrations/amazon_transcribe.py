"""
Amazon Transcribe as the speech engine: it reads the sound from our bucket and writes its words there.

The words' shape: "Transcription output" of Amazon Transcribe's developer guide. Times are seconds as text.
"""

from __future__ import annotations

import json
from typing import Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from api_schema.media_jobs import Word
from backend.domain.clips.hosted_speech import HostedState, LanguageUnknown, SpeechUnavailable
from backend.integrations.object_errors import ObjectStoreUnavailable
from backend.integrations.object_store import ObjectStore

MAX_OUTPUT_BYTES: Final = 32 * 1024**2
_LANGUAGE_OF: Final = {
    "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "en": "en-GB", "es": "es-ES", "fi": "fi-FI", "fr": "fr-FR",
    "it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "nl": "nl-NL", "no": "no-NO", "pl": "pl-PL", "pt": "pt-PT",
    "ro": "ro-RO", "ru": "ru-RU", "sv": "sv-SE", "tr": "tr-TR", "uk": "uk-UA", "zh": "zh-CN",
}  # fmt: skip
_REGIONAL: Final = {"de-CH", "en-AU", "en-IE", "en-IN", "en-NZ", "en-US", "en-ZA", "es-US", "fr-CA", "pt-BR", "zh-TW"}
_STATES: Final = {
    "QUEUED": HostedState.RUNNING,
    "IN_PROGRESS": HostedState.RUNNING,
    "COMPLETED": HostedState.DONE,
    "FAILED": HostedState.FAILED,
}


class TranscribeClient(Protocol):
    """The part of boto3's client that is used."""

    def start_transcription_job(self, **wanted: Any) -> dict[str, Any]: ...

    def get_transcription_job(self, *, TranscriptionJobName: str) -> dict[str, Any]: ...  # noqa: N803 - Amazon's name


def transcribe_client(region: str, endpoint_url: str | None) -> TranscribeClient:
    """Return a client. Credentials come the way boto3 finds them (environment or role)."""
    config = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=5, read_timeout=10)
    client: TranscribeClient = boto3.client("transcribe", region_name=region, endpoint_url=endpoint_url, config=config)
    return client


class AmazonTranscribe:
    """The `HostedSpeech` of Amazon. `bucket` is the object store's own; Amazon's role must read and write it."""

    name = "amazon-transcribe"

    def __init__(self, client: TranscribeClient, *, bucket: str, store: ObjectStore) -> None:
        self._client = client
        self._bucket = bucket
        self._store = store

    def start(self, *, name: str, speech_key: str, output_key: str, language: str) -> None:
        try:
            self._client.start_transcription_job(
                TranscriptionJobName=name,
                LanguageCode=language_code(language),
                MediaFormat="wav",
                Media={"MediaFileUri": f"s3://{self._bucket}/{speech_key}"},
                OutputBucketName=self._bucket,
                OutputKey=output_key,
            )
        except ClientError as error:
            if _code(error) != "ConflictException":  # it runs already: an answer of ours was lost
                raise SpeechUnavailable(str(error)) from error
        except BotoCoreError as error:
            raise SpeechUnavailable(str(error)) from error

    def look(self, name: str) -> HostedState:
        try:
            found = self._client.get_transcription_job(TranscriptionJobName=name)
        except ClientError as error:
            # Amazon answers 400 BadRequestException for a name it does not know, and NotFoundException elsewhere.
            if _code(error) in {"BadRequestException", "NotFoundException"}:
                return HostedState.UNKNOWN
            raise SpeechUnavailable(str(error)) from error
        except BotoCoreError as error:
            raise SpeechUnavailable(str(error)) from error
        return _STATES.get(found["TranscriptionJob"]["TranscriptionJobStatus"], HostedState.RUNNING)

    def read(self, output_key: str) -> tuple[Word, ...]:
        try:
            with self._store.open(output_key) as stored:
                return words_of(json.loads(stored.read(MAX_OUTPUT_BYTES)))
        except (FileNotFoundError, ObjectStoreUnavailable) as error:
            raise SpeechUnavailable(str(error)) from error
        except (ValueError, KeyError, IndexError, TypeError, OverflowError) as error:
            raise SpeechUnavailable("The transcript does not have the documented shape.") from error


def language_code(language: str) -> str:
    """
    Return Amazon's name for a BCP 47 language.

    :raises LanguageUnknown: it has none.
    """
    primary, _, region = language.partition("-")
    regional = f"{primary.lower()}-{region.upper()}"
    if regional in _REGIONAL:
        return regional
    try:
        return _LANGUAGE_OF[primary.lower()]
    except KeyError:
        raise LanguageUnknown(language) from None


def words_of(output: Any) -> tuple[Word, ...]:
    """Return the words of a transcript, punctuation joined to the word before it."""
    words: list[Word] = []
    for item in output["results"]["items"]:
        best = item["alternatives"][0]
        if item["type"] == "pronunciation":
            start_ms, end_ms = _ms(item["start_time"]), _ms(item["end_time"])
            words.append(Word(best["content"], start_ms, end_ms, float(best["confidence"])))
        elif words:
            last = words.pop()
            words.append(Word(last.text + best["content"], last.start_ms, last.end_ms, last.confidence))
    return tuple(words)


def _ms(seconds: str) -> int:
    return round(float(seconds) * 1000)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")
