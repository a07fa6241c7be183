"""The embedded floor: PocketSphinx with the model of its wheel, biased to the asset's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pocketsphinx
from pocketsphinx import Decoder, NGramModel, Segment

from api_schema.media_jobs import SpeechHints, Word
from media_worker.speech.engine import Recording, SpokenSpan
from media_worker.speech.expected_words import ExpectedWord, expected_words

_MS_PER_FRAME = 10
# An expected word's share of the language model, in units of an average word. Measured: from 10 to 100 the demo's
# words are found; from 1000 on "E4" is heard in unrelated speech.
_WEIGHT = 30.0
_COMMON_FROM = -90_000  # log probability, base 1.0001: about one word in 8,000
_VARIANT = re.compile(r"\(\d+\)$")
_FIRST_PERSON = re.compile(r"^i(?=$|')")
_BIASED = "biased"


class PocketSphinxEngine:
    """A decoder is made for each recording (0.3 s), so that no organisation's words leak into another's."""

    @property
    def name(self) -> str:
        return f"pocketsphinx {version('pocketsphinx')} en-us"

    def supports(self, language: str) -> bool:
        return language.lower().split("-")[0] == "en"

    def hear(self, recording: Recording, hints: SpeechHints) -> Iterator[Word]:
        decoder = Decoder(loglevel="FATAL", lm=None)
        expected = _bias(decoder, hints.vocabulary)
        for span in recording.spans:
            yield from _hear_span(decoder, span, expected)


def _bias(decoder: Decoder, vocabulary: tuple[str, ...]) -> dict[str, ExpectedWord]:
    """Give the decoder its language model with the vocabulary in it; return the added entries by name."""
    model_path = Path(pocketsphinx.get_model_path(), "en-us", "en-us.lm.bin")
    model = NGramModel(decoder.config, decoder.get_logmath(), str(model_path))
    entries = expected_words(
        vocabulary, look_up=decoder.lookup_word, is_common=lambda word: model.prob([word]) > _COMMON_FROM
    )
    for entry in entries:
        decoder.add_word(entry.name, entry.phones, False)
        model.add_word(entry.name, _WEIGHT)
    decoder.add_lm(_BIASED, model)
    decoder.activate_search(_BIASED)
    return {entry.name: entry for entry in entries}


def _hear_span(decoder: Decoder, span: SpokenSpan, expected: dict[str, ExpectedWord]) -> Iterator[Word]:
    decoder.start_utt()
    decoder.process_raw(span.pcm, full_utt=True)
    decoder.end_utt()
    decoder.get_prob()  # computes the posteriors that the segments below carry
    for segment in decoder.seg() or ():
        yield from _words_of(segment, span.start_ms, expected)


def _words_of(segment: Segment, offset_ms: int, expected: dict[str, ExpectedWord]) -> Iterator[Word]:
    name = _VARIANT.sub("", segment.word)
    start_ms = offset_ms + segment.start_frame * _MS_PER_FRAME
    end_ms = offset_ms + (segment.end_frame + 1) * _MS_PER_FRAME
    confidence = min(1.0, max(0.0, float(segment.prob)))
    if name in expected:
        yield from _split(expected[name], start_ms, end_ms, confidence)
    elif name[:1].isalpha() or name[:1] == "'":  # the others are silence and noise
        yield Word(text=_FIRST_PERSON.sub("I", name), start_ms=start_ms, end_ms=end_ms, confidence=confidence)


def _split(entry: ExpectedWord, start_ms: int, end_ms: int, confidence: float) -> Iterator[Word]:
    """Yield the words of an entry, each with its share of the time by its number of phones."""
    counts = [len(word.phones.split()) for word in entry.said]
    at, total = 0, sum(counts)
    for word, count in zip(entry.said, counts, strict=True):
        first, last = (start_ms + (end_ms - start_ms) * place // total for place in (at, at + count))
        yield Word(text=word.text, start_ms=first, end_ms=last, confidence=confidence)
        at += count
