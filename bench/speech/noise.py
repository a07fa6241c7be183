"""The plant room, made to measure: pink noise and the hum of a machine, mixed under speech at a given distance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
Sound = NDArray[np.float64]
"""Shape (sample,), mono, `SAMPLE_RATE_HZ`; full scale is 1."""

_MAINS_HZ = 50.0
_HARMONICS = 24
_RUMBLE_BELOW_HZ = 400.0
_LOUDEST = 0.95


def pink_noise(count: int, seed: int) -> Sound:
    """Return noise with the same power in each octave: wind, water, fans."""
    return _shaped(count, seed, lambda hz: 1 / np.sqrt(np.maximum(hz, 20.0)))


def machine_hum(count: int, seed: int) -> Sound:
    """
    Return the hum of a machine on the mains: its harmonics, that sway a little as the load does, and a rumble.

    Both halves are equally loud. The harmonics fall by about 4 dB an octave, the even ones (twice the mains'
    frequency, the iron's) are the stronger ones.
    """
    random = np.random.default_rng(seed)
    at_s = np.arange(count) / SAMPLE_RATE_HZ
    slip = _MAINS_HZ * (1 + random.uniform(-0.01, 0.01))
    tones = np.zeros(count)
    for number in range(1, _HARMONICS + 1):
        level = number**-0.7 * (1.0 if number % 2 == 0 else 0.5)
        sway = 1 + 0.2 * np.sin(2 * np.pi * random.uniform(0.2, 3.0) * at_s + random.uniform(0, 2 * np.pi))
        tones += level * sway * np.sin(2 * np.pi * number * slip * at_s + random.uniform(0, 2 * np.pi))
    rumble = _shaped(count, seed + 1, lambda hz: 1 / (1 + (hz / _RUMBLE_BELOW_HZ) ** 2))
    return tones / _level(tones) + rumble / _level(rumble)


NOISES: dict[str, Callable[[int, int], Sound]] = {"pink noise": pink_noise, "machine hum": machine_hum}


def mixed(speech: Sound, noise: Sound, *, snr_db: float) -> Sound:
    """Return both together, the noise `snr_db` below the speech (by their mean power), clear of full scale."""
    scale = _level(speech) / _level(noise) / 10 ** (snr_db / 20)
    both = speech + noise * scale
    return both * min(1.0, _LOUDEST / np.abs(both).max())


def _shaped(count: int, seed: int, gain: Callable[[Sound], Sound]) -> Sound:
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
    return np.fft.irfft(spectrum * gain(np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)), count)


def _level(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound**2)))
