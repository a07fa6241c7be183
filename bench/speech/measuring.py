"""Word error rates of both sides, quiet and in noise, and on the words that the organisation cares for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from api_schema.ids import uuid7
from bench.figures import Figure
from bench.speech.corpus import SPOKEN_TERMS, Utterance, noisy, read_speech, technicians_speech, write_wav
from bench.speech.noise import NOISES
from bench.speech.scoring import Score, score, score_terms
from bench.speech.sides import Side, bare, cuppa

_SIDES: dict[str, Side] = {"Cuppa": cuppa, "bare PocketSphinx": bare}
_ROUNDS = 2  # of each noise under each recording

Heard = tuple[Utterance, str, str]
"""An utterance, what Cuppa heard, what the bare engine heard."""


def measure_wer() -> list[Figure]:
    """
    Return the word error rates as figures; `ratio` is ours ÷ the bare engine's.

    Parts whose recordings cannot be had on this machine are left out, and said so.
    """
    with tempfile.TemporaryDirectory(prefix="cuppa-bench-") as place, ProcessPoolExecutor(os.cpu_count()) as pool:
        workshop = Path(place)
        hear = partial(_hear, workshop=workshop)
        read, spoken = read_speech(), technicians_speech(workshop)
        if not read:
            print("wer: ../shared/speech is not on this machine; nothing was measured with read speech")
        if not spoken:
            print("wer: flite is not installed; nothing was measured on the organisation's vocabulary")
        figures = []
        if read:
            figures.append(_figure("wer_clean", list(pool.map(hear, read))))
            for snr_db in (10, 5):
                mixtures = noisy(read, snr_db=snr_db, rounds=_ROUNDS)
                figures.append(_figure(f"wer_{snr_db}db", list(pool.map(hear, mixtures))))
        if spoken:
            heard = list(pool.map(hear, spoken))
            figures += [_figure("wer_technicians", heard), _figure_of_terms("wer_vocabulary", heard)]
        return figures


def _hear(utterance: Utterance, *, workshop: Path) -> Heard:
    mine, theirs = (_heard_by(side, utterance, workshop) for side in _SIDES.values())
    return utterance, mine, theirs


def _heard_by(side: Side, utterance: Utterance, workshop: Path) -> str:
    wav = workshop / f"{uuid7()}.wav"
    write_wav(wav, utterance.sound)
    return side(wav, utterance.vocabulary)


def _figure(name: str, heard: list[Heard]) -> Figure:
    told = []
    for kind in NOISES:
        mine, theirs = _scores(one for one in heard if one[0].noise == kind)
        if mine.said:
            told.append(f"{kind}: {mine.rate:.1%}, bare {theirs.rate:.1%}")
    return _told(name, "word errors ÷ words", *_scores(heard), spread="; ".join(told))


def _figure_of_terms(name: str, heard: list[Heard]) -> Figure:
    mine, theirs = Score(), Score()
    for utterance, ours, bares in heard:
        mine += score_terms(SPOKEN_TERMS, utterance.said, ours)
        theirs += score_terms(SPOKEN_TERMS, utterance.said, bares)
    return _told(name, "codes and parts missed ÷ said", mine, theirs, spread=f"{mine.said} codes and part names")


def _scores(heard: Iterable[Heard]) -> tuple[Score, Score]:
    mine, theirs = Score(), Score()
    for utterance, ours, bares in heard:
        mine += score(utterance.said, ours)
        theirs += score(utterance.said, bares)
    return mine, theirs


def _told(name: str, unit: str, mine: Score, theirs: Score, *, spread: str) -> Figure:
    ratio = round(mine.rate / theirs.rate, 3) if theirs.errors else None
    return Figure(name, unit, round(mine.rate, 3), round(theirs.rate, 3), ratio, spread)
