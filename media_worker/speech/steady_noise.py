"""
Speech out of the noise of a machine, for an engine whose model has never heard one.

Whisper needs no such help and is made worse by it; PocketSphinx's model knows quiet rooms only (docs/speech.md has the
figures). Per frequency, the noise is what is there in the quiet fifth of the time (Stahl, Fischer, Bippus, 2000:
quantile based noise estimation); a Wiener filter with the decision-directed rule (Ephraim and Malah, 1984) takes out
what is not louder than that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from media_worker.speech.voice_activity import level_movement_db

Sound = NDArray[np.float64]
"""Shape (sample,), mono, 16 kHz."""

_WINDOW, _HOP = 512, 128  # samples: 32 and 8 ms
_SMOOTHED = 5  # windows: 40 ms, shorter than a sound of speech
_QUIET_SHARE = 0.2
_QUIET_TO_MEAN = 1.35  # of noise: the mean of its smoothed power, by this quantile of it
_MEMORY = 0.95  # of the decision-directed rule
# Never less of a frequency than this: taking out more costs more speech than the noise did (measured: at -15 dB the
# errors under hum rose from 36 to 52 %).
_LEAST_GAIN = 10 ** (-9 / 20)
# Read speech moves by 35 dB and more in a quiet room, by 22 dB or less with noise 10 dB below it (measured): a
# recording that moves more than this is left as it is.
_QUIET_ROOM_DB = 28.0


def without_steady_noise(pcm: bytes) -> bytes:
    """Return a stretch of sound (16 kHz mono, 16 bit) with what is steady in it made quieter; a clean one unchanged."""
    if len(pcm) < 4 * _WINDOW or level_movement_db(pcm) > _QUIET_ROOM_DB:
        return pcm
    sound = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    return np.clip(_filtered(sound), -32_768, 32_767).astype("<i2").tobytes()


def _filtered(sound: Sound) -> Sound:
    shape = np.sqrt(np.hanning(_WINDOW + 1)[:-1])
    padded = np.concatenate([np.zeros(_WINDOW), sound, np.zeros(2 * _WINDOW)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP] * shape
    spectra = np.fft.rfft(windows, axis=1)
    power = np.abs(spectra) ** 2
    # The padding is no noise: it would be the quietest of all.
    noise = _noise(power[_WINDOW // _HOP : -2 * _WINDOW // _HOP])
    shaped = np.fft.irfft(spectra * _gains(power / noise), _WINDOW, axis=1) * shape
    out = np.zeros(len(padded))
    for place, window in enumerate(shaped):
        out[place * _HOP : place * _HOP + _WINDOW] += window
    return out[_WINDOW : _WINDOW + len(sound)] * (2 * _HOP / _WINDOW)


def _noise(power: Sound) -> Sound:
    """Return the power of the steady noise at each frequency. `power`: (window, frequency)."""
    total = np.cumsum(np.pad(power, ((1, 0), (0, 0))), axis=0)
    smoothed = (total[_SMOOTHED:] - total[:-_SMOOTHED]) / _SMOOTHED
    return np.quantile(smoothed, _QUIET_SHARE, axis=0) * _QUIET_TO_MEAN + 1e-9


def _gains(to_noise: Sound) -> Sound:
    """Return what to keep of each frequency in each window. `to_noise`: power ÷ noise, (window, frequency)."""
    gains = np.empty_like(to_noise)
    kept = np.ones(to_noise.shape[1])
    for place, now in enumerate(to_noise):
        speech_to_noise = _MEMORY * kept + (1 - _MEMORY) * np.maximum(now - 1, 0)
        gains[place] = np.maximum(speech_to_noise / (1 + speech_to_noise), _LEAST_GAIN)
        kept = gains[place] ** 2 * now
    return gains
