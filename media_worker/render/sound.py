"""The sound's part of the graph: on the picture's clock, and as loud as every other clip."""

from __future__ import annotations

from media_worker.probe.facts import AudioStream, Probe
from media_worker.render.loudness import LOUDNESS_FILE
from media_worker.render.picture import Filtered

_SHORTEST_LOUDNESS_MS = 1_000  # R128 measures blocks of 400 ms; of less than a few of them loudnorm returns nothing
# EBU R128, at the level phones play speech. One channel comes out of two speakers, and is measured so.
_LOUDNESS = {"I": -16, "TP": -1.5, "LRA": 11, "dual_mono": "true"}
_MEASURED = {"print_format": "json", "stats_file": LOUDNESS_FILE}
# PocketSphinx had 25 % of the words of clean read speech wrong with 20 and 30 Hz, 27 to 33 % with 40 to 80 Hz, which
# bend the voice's own lowest tones (measured, 92 words).
_BELOW_ANY_VOICE_HZ = 30

SAMPLES_PER_SECOND = 48_000
WAVEFORM_WIDTH_PX, WAVEFORM_HEIGHT_PX = 1200, 240
_WAVEFORM_COLOUR = "0x3b82f6"  # on nothing: it is to be seen on white pages and on black ones
_WAVEFORM_SAMPLES_PER_SECOND = 8_000  # the filter keeps all of the sound in memory until its end


def even_sound(decoded: Filtered, probe: Probe, audio: AudioStream) -> Filtered:
    """Return the sound on the picture's clock and at one loudness; what was measured lands in `LOUDNESS_FILE`."""
    duration_ms = probe.facts.duration_ms
    sound = _on_one_clock(decoded, audio, duration_ms)
    if duration_ms < _SHORTEST_LOUDNESS_MS:
        return sound
    # The filter looks for peaks at 192 kHz and leaves the sound there: brought back once, for all who read it.
    return sound.filter("loudnorm", **_LOUDNESS, **_MEASURED).filter("aformat", sample_rates=SAMPLES_PER_SECOND)


def for_speech(sound: Filtered) -> Filtered:
    """Return the sound without what a hand on the phone and a cheap microphone leave below any voice."""
    return sound.filter("highpass", f=_BELOW_ANY_VOICE_HZ)


def waveform(sound: Filtered) -> Filtered:
    """Return one picture of how loud the recording is from its beginning to its end."""
    plain = sound.filter("aformat", sample_rates=_WAVEFORM_SAMPLES_PER_SECOND, channel_layouts="mono")
    size = f"{WAVEFORM_WIDTH_PX}x{WAVEFORM_HEIGHT_PX}"
    return plain.filter("showwavespic", s=size, colors=_WAVEFORM_COLOUR, filter="peak")


def _on_one_clock(sound: Filtered, audio: AudioStream, duration_ms: int) -> Filtered:
    """
    Return the sound with its start and its gaps filled with silence, so that it runs with the picture.

    Its end stays where it is: how long it lasts is how a cut recording is found out.
    """
    least_s = min(duration_ms, _SHORTEST_LOUDNESS_MS) / 1000
    filled = sound.filter("aresample", **{"async": 1, "first_pts": 0}).filter("apad", whole_dur=least_s)
    return filled.filter("aformat", channel_layouts="mono" if audio.channels == 1 else "stereo")
