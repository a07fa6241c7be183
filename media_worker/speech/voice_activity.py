"""Finding out where somebody speaks, before any engine is asked: engines invent words for noise."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Endpointer, Vad

from media_worker.speech.engine import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, SpokenSpan, samples_in

_PADDING_S = 0.25
_JOIN_BELOW_S = 1.5  # pauses inside a sentence: cut there, an engine loses the words around them
_LONGEST_S = 15.0
_SHORTEST_S = 0.3
_BLOCK = 480  # samples: 30 ms
_PAUSE_BLOCKS = 7  # a fifth of a second
_VOICE_HZ = (200.0, 4000.0)
# Between its loud and its quiet moments speech moves by 8 dB or more, even in noise as loud as itself; machines,
# hiss and tones, all of which the detector below takes for speech, by less than 4 dB (measured).
_LEAST_MOVEMENT_DB = 6.0


def find_speech(wav: Path) -> tuple[SpokenSpan, ...]:
    """
    Return the stretches of speech in a 16 kHz mono WAV, each with a little of the sound around it.

    Short pauses do not end a stretch; none lasts much longer than 15 s.
    """
    pcm = _read_pcm(wav)
    voiced = (piece for start_s, end_s in _voiced(pcm) for piece in _pieces(pcm, start_s, end_s))
    spans = (_cut(pcm, start_s, end_s) for start_s, end_s in _joined(voiced))
    return tuple(span for span in spans if level_movement_db(span.pcm) >= _LEAST_MOVEMENT_DB)


def read_span(wav: Path, start_ms: int, end_ms: int) -> SpokenSpan:
    """Return the sound of a 16 kHz mono WAV from `start_ms` to `end_ms`."""
    with wave.open(str(wav), "rb") as sound:
        sound.setpos(min(samples_in(start_ms), sound.getnframes()))
        return SpokenSpan(start_ms, sound.readframes(samples_in(end_ms - start_ms)))


def level_movement_db(pcm: bytes) -> float:
    """Return by how much the level in the voice band moves, in dB, from the quietest tenth to the loudest twentieth."""
    levels_db = _levels_db(pcm)
    if len(levels_db) < 2:
        return 0.0
    return float(np.percentile(levels_db, 95) - np.percentile(levels_db, 10))


def _levels_db(pcm: bytes) -> NDArray[np.float64]:
    """Return the level in the voice band of each 30 ms, shape (block,), in dB of no fixed reference."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    blocks = samples[: len(samples) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    power = np.abs(np.fft.rfft(blocks * np.hanning(_BLOCK), axis=1)) ** 2
    frequency_hz = np.fft.rfftfreq(_BLOCK, 1 / SAMPLE_RATE_HZ)
    voice = (frequency_hz > _VOICE_HZ[0]) & (frequency_hz < _VOICE_HZ[1])
    levels_db: NDArray[np.float64] = 10 * np.log10(power[:, voice].sum(axis=1) + 1)
    return levels_db


def _read_pcm(wav: Path) -> bytes:
    with wave.open(str(wav), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (SAMPLE_RATE_HZ, 1, 2)
        return sound.readframes(sound.getnframes())


def _voiced(pcm: bytes) -> Iterator[tuple[float, float]]:
    endpointer = Endpointer(sample_rate=SAMPLE_RATE_HZ, vad_mode=Vad.MEDIUM_STRICT)
    was_speech = False
    for at in range(0, len(pcm), endpointer.frame_bytes):
        frame = pcm[at : at + endpointer.frame_bytes]
        is_last = at + endpointer.frame_bytes >= len(pcm)
        ended = endpointer.end_stream(frame) if is_last else endpointer.process(frame)
        if (was_speech and not endpointer.in_speech) or (is_last and ended is not None):
            yield endpointer.speech_start, endpointer.speech_end
        was_speech = endpointer.in_speech


def _pieces(pcm: bytes, start_s: float, end_s: float) -> Iterator[tuple[float, float]]:
    """Yield the stretch in pieces that are not too long, cut where it is quietest: noise may fill every pause."""
    while end_s - start_s > _LONGEST_S:
        first_s = start_s + _LONGEST_S * 2 / 3
        cut_s = first_s + _quietest_s(_cut_samples(pcm, _sample_at(first_s), _sample_at(start_s + _LONGEST_S)).pcm)
        yield start_s, cut_s
        start_s = cut_s
    yield start_s, end_s


def _quietest_s(pcm: bytes) -> float:
    """Return the middle of the quietest fifth of a second, counted from the beginning."""
    levels_db = np.convolve(_levels_db(pcm), np.ones(_PAUSE_BLOCKS), mode="valid")
    return float((np.argmin(levels_db) + _PAUSE_BLOCKS / 2) * _BLOCK / SAMPLE_RATE_HZ)


def _joined(stretches: Iterator[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    current: tuple[float, float] | None = None
    for start_s, end_s in stretches:
        if end_s - start_s < _SHORTEST_S:
            continue
        if current is not None and start_s - current[1] < _JOIN_BELOW_S and end_s - current[0] <= _LONGEST_S:
            current = (current[0], end_s)
            continue
        if current is not None:
            yield current
        current = (start_s, end_s)
    if current is not None:
        yield current


def _cut(pcm: bytes, start_s: float, end_s: float) -> SpokenSpan:
    return _cut_samples(pcm, max(0, _sample_at(start_s - _PADDING_S)), _sample_at(end_s + _PADDING_S))


def _sample_at(moment_s: float) -> int:
    return round(moment_s * SAMPLE_RATE_HZ)


def _cut_samples(pcm: bytes, start: int, end: int) -> SpokenSpan:
    return SpokenSpan(
        start_ms=start * 1000 // SAMPLE_RATE_HZ, pcm=pcm[start * BYTES_PER_SAMPLE : end * BYTES_PER_SAMPLE]
    )
