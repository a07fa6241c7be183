"""Taking a machine's noise out from under a voice; the voice here is a tone that comes and goes."""

from __future__ import annotations

import numpy as np

from media_worker.speech.steady_noise import Sound, without_steady_noise

RATE_HZ = 16_000


def voice(seconds: int) -> Sound:
    """Return a tone of 500 Hz that sounds for 0.3 s of each half second."""
    at_s = np.arange(seconds * RATE_HZ) / RATE_HZ
    return np.where(at_s % 0.5 < 0.3, 6_000 * np.sin(2 * np.pi * 500 * at_s), 0.0)


def hiss(seconds: int, level: float) -> Sound:
    return np.random.default_rng(4).normal(0, level, seconds * RATE_HZ)


def pcm(sound: Sound) -> bytes:
    return sound.astype("<i2").tobytes()


def level_db(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound**2)))


def in_pauses(content: bytes) -> Sound:
    sound = np.frombuffer(content, dtype="<i2").astype(np.float64)
    at_s = np.arange(len(sound)) / RATE_HZ
    return sound[(at_s % 0.5 > 0.35) & (at_s % 0.5 < 0.45)]


def while_speaking(content: bytes) -> Sound:
    sound = np.frombuffer(content, dtype="<i2").astype(np.float64)
    at_s = np.arange(len(sound)) / RATE_HZ
    return sound[(at_s % 0.5 > 0.05) & (at_s % 0.5 < 0.25)]


class TestWithoutSteadyNoise:
    def test_lowers_the_noise_between_the_words_and_leaves_the_words(self) -> None:
        noisy = pcm(voice(4) + hiss(4, 1_000))

        cleaned = without_steady_noise(noisy)

        assert 6 < level_db(in_pauses(noisy)) - level_db(in_pauses(cleaned)) < 10
        assert abs(level_db(while_speaking(noisy)) - level_db(while_speaking(cleaned))) < 1

    def test_leaves_a_recording_from_a_quiet_room_as_it_is(self) -> None:
        quiet = pcm(voice(4) + hiss(4, 10))

        assert without_steady_noise(quiet) == quiet

    def test_keeps_the_length_to_the_sample(self) -> None:
        for count in (2_048, 5_001, 16_000):
            noisy = pcm((voice(1) + hiss(1, 1_000))[:count])

            assert len(without_steady_noise(noisy)) == len(noisy)

    def test_takes_what_is_too_short_to_tell_noise_from_speech(self) -> None:
        assert without_steady_noise(b"") == b""
        assert without_steady_noise(pcm(hiss(1, 1_000)[:100])) == pcm(hiss(1, 1_000)[:100])
