"""Amazon Transcribe over HTTP, as moto speaks it; the transcript has the shape of Amazon's developer guide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import Word
from backend.domain.clips.hosted_speech import HostedState, LanguageUnknown, SpeechUnavailable
from backend.integrations.amazon_transcribe import AmazonTranscribe, language_code, transcribe_client
from backend.integrations.s3_store import S3Store
from tests.integrations.conftest import BUCKET

HEARD = {
    "jobName": "cuppa-1",
    "accountId": "111122223333",
    "status": "COMPLETED",
    "results": {
        "transcripts": [{"transcript": "It stops, E4."}],
        "items": [
            {
                "id": 0,
                "type": "pronunciation",
                "alternatives": [{"confidence": "0.998", "content": "It"}],
                "start_time": "0.51",
                "end_time": "0.78",
            },
            {
                "id": 1,
                "type": "pronunciation",
                "alternatives": [{"confidence": "0.87", "content": "stops"}],
                "start_time": "0.78",
                "end_time": "1.4",
            },
            {"id": 2, "type": "punctuation", "alternatives": [{"confidence": "0.0", "content": ","}]},
            {
                "id": 3,
                "type": "pronunciation",
                "alternatives": [{"confidence": "0.5", "content": "E4"}],
                "start_time": "1.5",
                "end_time": "2.019",
            },
            {"id": 4, "type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]},
        ],
    },
}


@pytest.fixture
def amazon(s3_store: S3Store, s3_endpoint: str) -> AmazonTranscribe:
    return AmazonTranscribe(transcribe_client("us-east-1", s3_endpoint), bucket=BUCKET, store=s3_store)


def start(amazon: AmazonTranscribe, name: str) -> None:
    amazon.start(name=name, speech_key="a/speech.wav", output_key=f"a/{name}.json", language="en")


class TestAmazonTranscribe:
    def test_works_on_one_job_of_a_name_until_it_is_done(self, amazon: AmazonTranscribe) -> None:
        name = f"cuppa-{uuid7()}-1"
        assert amazon.look(name) is HostedState.UNKNOWN

        start(amazon, name)
        start(amazon, name)

        states = [amazon.look(name) for _ in range(6)]
        assert states[0] is HostedState.RUNNING
        assert states[-1] is HostedState.DONE

    def test_reads_words_with_their_punctuation(
        self, amazon: AmazonTranscribe, s3_store: S3Store, tmp_path: Path
    ) -> None:
        (tmp_path / "out.json").write_text(json.dumps(HEARD))
        s3_store.put_file("a/out.json", path=tmp_path / "out.json", content_type="application/json")

        assert amazon.read("a/out.json") == (
            Word("It", 510, 780, 0.998),
            Word("stops,", 780, 1_400, 0.87),
            Word("E4.", 1_500, 2_019, 0.5),
        )

    @pytest.mark.parametrize("output", ["", "[]", "{}", '{"results": {"items": [{}]}}', "null"])
    def test_refuses_another_shape(
        self, output: str, amazon: AmazonTranscribe, s3_store: S3Store, tmp_path: Path
    ) -> None:
        (tmp_path / "out.json").write_text(output)
        s3_store.put_file("a/odd.json", path=tmp_path / "out.json", content_type="application/json")

        with pytest.raises(SpeechUnavailable):
            amazon.read("a/odd.json")

    def test_says_when_a_transcript_is_missing(self, amazon: AmazonTranscribe) -> None:
        with pytest.raises(SpeechUnavailable):
            amazon.read(f"a/{uuid7()}.json")

    def test_says_when_it_is_away(self, s3_store: S3Store) -> None:
        amazon = AmazonTranscribe(transcribe_client("us-east-1", "http://127.0.0.1:1"), bucket=BUCKET, store=s3_store)

        with pytest.raises(SpeechUnavailable):
            start(amazon, "cuppa-1")
        with pytest.raises(SpeechUnavailable):
            amazon.look("cuppa-1")


class TestLanguageCode:
    @pytest.mark.parametrize(
        ("language", "code"),
        [
            ("en", "en-GB"),
            ("en-US", "en-US"),
            ("en-us", "en-US"),
            ("de-AT", "de-DE"),
            ("fr-CA", "fr-CA"),
            ("pt", "pt-PT"),
        ],
    )
    def test_is_the_nearest_that_amazon_knows(self, language: str, code: str) -> None:
        assert language_code(language) == code

    def test_is_refused_where_there_is_none(self) -> None:
        with pytest.raises(LanguageUnknown):
            language_code("tlh")
