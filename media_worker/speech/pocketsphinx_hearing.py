"""
`python -m media_worker.speech.pocketsphinx_hearing WAV TASK` prints what PocketSphinx hears, a JSON `Heard` a line.

It runs in a process of its own: one call into its C code may take many seconds and holds the interpreter's lock, so
that a lease could not be renewed meanwhile. (Feeding it in pieces would not; but without the whole span it cannot
normalise the sound, and hears far worse *(measured)*.)
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import pocketsphinx
from pocketsphinx import Decoder, NGramModel, Segment

from api_schema.media_jobs import Word
from api_schema.wire import from_wire, to_wire
from media_worker.speech.engine import Heard, SpokenSpan
from media_worker.speech.expected_words import ExpectedWord, expected_words
from media_worker.speech.steady_noise import without_steady_noise
from media_worker.speech.voice_activity import read_span

_MS_PER_FRAME = 10
# An expected word's share of the language model, in units of an average word. Measured: from 10 to 100 the demo's
# words are found; from 1000 on "E4" is heard in unrelated speech.
_WEIGHT = 30.0
_COMMON_FROM = -90_000  # log probability, base 1.0001: about one word in 8,000
_VARIANT = re.compile(r"\(\d+\)$")
_FIRST_PERSON = re.compile(r"^i(?=$|')")
_BIASED = "biased"
# Of its three passes, each a quarter below the engine's own: a little less weight on what is usually said, more on the
# sound. Clean read speech through the worker: 22 words of 92 wrong instead of 25 (measured).
_LANGUAGE_WEIGHTS = {"lw": 6.25, "fwdflatlw": 8.25, "bestpathlw": 9.25}
_NOISE_AROUND_MS = 3_000


@dataclass(frozen=True)
class HearingTask:
    """What to listen to, in the WAV beside us, and the words to expect."""

    spans_ms: tuple[tuple[int, ...], ...]  # (start, end)
    vocabulary: tuple[str, ...]


def hear(wav: Path, task: HearingTask) -> Iterator[Heard]:
    """Yield the words of each span in order. A new decoder each time: no organisation's words leak into another's."""
    decoder = Decoder(loglevel="FATAL", lm=None, **_LANGUAGE_WEIGHTS)
    expected = _bias(decoder, task.vocabulary)
    next_starts_ms = [start_ms for start_ms, _ in task.spans_ms[1:]]
    for (start_ms, end_ms), next_start_ms in zip_longest(task.spans_ms, next_starts_ms):
        words = tuple(_hear_span(decoder, _clear_span(wav, start_ms, end_ms), expected))
        yield Heard(words, until_ms=end_ms if next_start_ms is None else next_start_ms)


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


def _clear_span(wav: Path, start_ms: int, end_ms: int) -> SpokenSpan:
    """Return the span without its steady noise, which is learnt from it and the seconds around it."""
    around = read_span(wav, max(0, start_ms - _NOISE_AROUND_MS), end_ms + _NOISE_AROUND_MS)
    return replace(around, pcm=without_steady_noise(around.pcm)).cut(start_ms, end_ms)


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
        yield Word(text=word.text, start_ms=first, end_ms=last, confidence=confidence, spoken=word.spoken)
        at += count


def main(arguments: list[str]) -> None:
    task = from_wire(HearingTask, json.loads(arguments[1]))
    for heard in hear(Path(arguments[0]), task):
        sys.stdout.write(json.dumps(to_wire(heard)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
