"""The clips that ship with the project are what a phone would send, and say what their page says."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
from pocketsphinx import Decoder, Segmenter

import backend.demo

CLIPS = Path(backend.demo.__path__[0], "clips")
MAX_CLIP_BYTES = 1_500_000
SAID = {
    "ask.mp4": "the chiller will not start there is an e four on the display the water pump is running "
    "i have turned the power off and on what should i check",
    "try.mp4": "turn the power off and lock it now open the panel and find the flow switch clean the flow switch "
    "and put it back close the panel and turn the power back on press the reset button for five seconds "
    "the chiller is running and the display is clear",
}


def _ffmpeg(name: str, *arguments: str) -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(CLIPS / name), *arguments, "pipe:1"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _hear(name: str) -> str:
    decoder = Decoder(samprate=16_000, loglevel="FATAL")
    sound = _ffmpeg(name, "-vn", "-ac", "1", "-ar", "16000", "-f", "s16le")
    heard = []
    for utterance in Segmenter(sample_rate=16_000).segment(io.BytesIO(sound)):
        decoder.start_utt()
        decoder.process_raw(utterance.pcm, full_utt=True)
        decoder.end_utt()
        heard.append(decoder.hyp().hypstr)
    return " ".join(heard)


def _words_wrong(said: str, heard: str) -> int:
    """Return how many words must be changed, dropped or added to get from one to the other (Levenshtein)."""
    row = list(range(len(heard.split()) + 1))
    for number, word in enumerate(said.split(), start=1):
        before, row = row, [number]
        for index, other in enumerate(heard.split()):
            row.append(min(before[index + 1] + 1, row[-1] + 1, before[index] + (word != other)))
    return row[-1]


@pytest.mark.parametrize("name", SAID)
class TestShippedClip:
    def test_is_small_enough_to_ship(self, name: str) -> None:
        assert (CLIPS / name).stat().st_size <= MAX_CLIP_BYTES

    def test_stands_upright_once_its_rotation_is_applied(self, name: str) -> None:
        picture = _ffmpeg(name, "-frames:v", "1", "-f", "image2pipe", "-c:v", "png")

        width_px, height_px = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
        assert (width_px, height_px) == (720, 1280)

    def test_carries_a_place_and_has_its_index_in_front_as_a_phone_writes_it(self, name: str) -> None:
        data = (CLIPS / name).read_bytes()

        assert b"\xa9xyz\x00\x12U\xc4+51.4779-000.0015/" in data
        assert data.index(b"moov") < data.index(b"mdat")

    @pytest.mark.slow
    def test_is_understood_by_the_recogniser_of_a_fresh_machine(self, name: str) -> None:
        heard = _hear(name)

        # One word in fifteen may differ with another build of ffmpeg's AAC decoder.
        assert _words_wrong(SAID[name], heard) <= len(SAID[name].split()) // 15

    def test_says_what_its_page_promises(self, name: str) -> None:
        page = (CLIPS / "README.md").read_text(encoding="utf-8").lower()

        row = next(line for line in page.splitlines() if f"`{name}`" in line)
        assert SAID[name] in row.replace(".", "").replace("?", "")
