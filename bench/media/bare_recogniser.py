"""`python -m bench.media.bare_recogniser WAV`: PocketSphinx with its defaults on a whole 16 kHz mono WAV."""

from __future__ import annotations

import sys
import wave

from pocketsphinx import Decoder

if __name__ == "__main__":
    with wave.open(sys.argv[1], "rb") as sound:
        pcm = sound.readframes(sound.getnframes())
    decoder = Decoder(loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    print(" ".join(segment.word for segment in decoder.seg() or ()))
