"""What is listened to: read speech from ../shared/speech, and a technician's sentences spoken by programs."""

from __future__ import annotations

import re
import shutil
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.speech.noise import NOISES, SAMPLE_RATE_HZ, Sound, mixed

SHARED_SPEECH = Path(__file__).resolve().parents[3] / "shared" / "speech"
_ROW = re.compile(r"\| (\S+\.wav) \| (.+) \|")

# The asset's vocabulary as the backend sends it, and how its codes and names sound.
VOCABULARY = ("E-04", "LP2", "F7", "AC-350", "Zephrane", "flow switch", "contactor", "condenser", "thermistor")
SPOKEN_TERMS = (
    "e four", "l p two", "f seven", "a c three fifty",
    "zephrane", "flow switch", "contactor", "condenser", "thermistor",
)  # fmt: skip
SENTENCES = (
    "the chiller will not start and there is an e four on the display",
    "the alarm is l p two and the condenser is dirty",
    "i cleaned the flow switch but the fault code e four came back",
    "this zephrane shows an f seven since this morning",
    "we replaced the contactor and the thermistor last week",
    "it says l p two when the compressor starts",
    "the display of the a c three fifty shows error f seven",
    "check the thermistor before you open the condenser",
)
_FLITE_VOICES = ("slt", "awb")


@dataclass(frozen=True)
class Utterance:
    """A recording and its words. `noise` names what is mixed under it, `snr_db` how far below."""

    name: str
    sound: Sound
    said: str
    vocabulary: tuple[str, ...] = ()
    noise: str = ""
    snr_db: int | None = None


def read_speech() -> list[Utterance]:
    """Return the utterances of ../shared/speech, in the order of its README; none where it is missing."""
    readme = SHARED_SPEECH / "README.md"
    rows = _ROW.findall(readme.read_text()) if readme.is_file() else []
    return [Utterance(name, read_wav(SHARED_SPEECH / name), said) for name, said in rows]


def technicians_speech(workshop: Path) -> list[Utterance]:
    """Return each sentence in each voice; none where flite is not installed."""
    if shutil.which("flite") is None:
        return []
    return [
        Utterance(f"{voice} {number}", _spoken(voice, said, workshop), said, VOCABULARY)
        for voice in _FLITE_VOICES
        for number, said in enumerate(SENTENCES)
    ]


def noisy(utterances: list[Utterance], *, snr_db: int, rounds: int) -> Iterator[Utterance]:
    """Yield each utterance under each noise, `rounds` times; the same noises for everybody and in every run."""
    for number, clean in enumerate(utterances):
        for kind, make in NOISES.items():
            for round_number in range(rounds):
                noise = make(len(clean.sound), 1_000 * round_number + 10 * number)
                yield replace(clean, sound=mixed(clean.sound, noise, snr_db=snr_db), noise=kind, snr_db=snr_db)


def read_wav(path: Path) -> Sound:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE_HZ, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_768


def write_wav(path: Path, sound: Sound) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", "not compressed"))
        file.writeframes((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())


def _spoken(voice: str, said: str, workshop: Path) -> Sound:
    target = workshop / "spoken.wav"
    subprocess.run(["flite", "-voice", voice, "-t", said, "-o", target], check=True)  # noqa: S607 - Debian's
    return read_wav(target)
