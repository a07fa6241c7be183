"""What this machine can make of a recording. The media worker may run on another one."""

from __future__ import annotations

from importlib.util import find_spec

from backend.doctor.findings import Finding, fine, note

_SPEECH = {"faster_whisper": "faster-whisper", "pocketsphinx": "PocketSphinx"}


def examine_engines() -> list[Finding]:
    """Say which ffmpeg and which speech engines are installed beside this program."""
    return [_ffmpeg(), _speech()]


def _ffmpeg() -> Finding:
    if find_spec("imageio_ffmpeg") is None:
        return note("ffmpeg", "There is no ffmpeg beside this program: right where the media worker runs elsewhere.")
    import imageio_ffmpeg  # noqa: PLC0415 - not everywhere: production's backend image has none

    version = imageio_ffmpeg.get_ffmpeg_version()
    return fine("ffmpeg", f"ffmpeg {version} is installed.", version=version)


def _speech() -> Finding:
    installed = [name for package, name in _SPEECH.items() if find_spec(package) is not None]
    if not installed:
        return note(
            "speech", "There is no speech engine beside this program: right where the media worker runs elsewhere."
        )
    return fine("speech", f"Speech engines installed: {', '.join(installed)}.", engines=installed)
