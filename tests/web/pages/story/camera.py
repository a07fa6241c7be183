"""What Chromium's camera and microphone see and hear: a film of a machine, exchanged between two takes."""

from __future__ import annotations

from pathlib import Path

from tests.media_worker.footage import run_ffmpeg

WIDTH_PX, HEIGHT_PX, FRAMES_PER_SECOND = 360, 640, 15


class Camera:
    """Start the browser with `switches`, and point it before a page films: each take reads the files anew."""

    def __init__(self, directory: Path) -> None:
        self._picture = directory / "camera.y4m"
        self._sound = directory / "microphone.wav"

    @property
    def switches(self) -> list[str]:
        """The switches by which Chromium films these files, in place of a green clock and a beep."""
        return [
            f"--use-file-for-fake-video-capture={self._picture}",
            f"--use-file-for-fake-audio-capture={self._sound}",
        ]

    def point_at(self, film: Path, *, until_s: float) -> None:
        """Have what follows filmed: the first `until_s` seconds, again and again."""
        picture, sound = self._picture.with_suffix(".next.y4m"), self._sound.with_suffix(".next.wav")
        run_ffmpeg(
            "-t", str(until_s), "-i", film,
            "-map", "0:v", "-vf", f"scale={WIDTH_PX}:{HEIGHT_PX}", "-r", str(FRAMES_PER_SECOND), "-pix_fmt", "yuv420p",
            picture,
            "-map", "0:a", "-t", str(until_s), "-ar", "48000", "-ac", "2", "-c:a", "pcm_s16le", sound,
        )  # fmt: skip
        picture.replace(self._picture)  # whoever still films the old one keeps it
        sound.replace(self._sound)
