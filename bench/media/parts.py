"""The parts of the benchmark. What one run of the whole minute tells is measured once and used by three of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

from bench.figures import Figure, figure
from bench.media import bare
from bench.media.cuppa import Cuppa, running_cuppa
from bench.media.following import Made, follow, send, wait_for_captions, wait_for_first_play
from bench.media.footage import MINUTE_S, Footage
from bench.speech import measure_wer

_ROUNDS = 2
_FIRST_PLAY_ROUNDS = 3
_SHORT_ROUNDS = 5
_FEW_CLIPS, _MANY_CLIPS, _AT_ONCE = 10, 100, 10


@dataclass(frozen=True)
class _Minute:
    """One run of the whole minute: what was made, and the peers beside it."""

    made: Made
    one_pass: bare.Spent
    recogniser: bare.Spent


@dataclass
class Workshop:
    """Where the peers write, and the films."""

    directory: Path
    footage: Footage

    @cached_property
    def minutes(self) -> list[_Minute]:
        """Render the minute on a warm, idle Cuppa; the peers take turns with it, so that a busy machine hurts all."""
        with running_cuppa() as cuppa:
            follow(cuppa, self.footage.two_s)
            return [self._minute(cuppa) for _ in range(_ROUNDS)]

    def _minute(self, cuppa: Cuppa) -> _Minute:
        made = follow(cuppa, self.footage.minute)
        (wav,) = cuppa.places.object_dir.glob(f"*/clips/{made.clip_id}/**/speech.wav")
        return _Minute(made, bare.one_pass(self.footage.minute, self.directory), bare.recognise(wav))


def cpu(workshop: Workshop) -> list[Figure]:
    ours = [minute.made.render_cpu_s for minute in workshop.minutes]
    one_pass = [minute.one_pass.cpu_s for minute in workshop.minutes]
    per_rendition = [bare.per_rendition(workshop.footage.minute, workshop.directory).cpu_s]
    return [
        figure("render_cpu_vs_one_pass", "CPU s for 60 s", {"Cuppa": ours, "one bare command": one_pass}),
        figure("render_cpu_vs_per_rendition", "CPU s for 60 s", {"Cuppa": ours, "one a rendition": per_rendition}),
    ]


def first_play(workshop: Workshop) -> list[Figure]:
    first = [minute.made.first_play_s for minute in workshop.minutes]
    whole = [minute.made.render_s for minute in workshop.minutes]
    pairs = [_first_plays(workshop.footage) for _ in range(_FIRST_PLAY_ROUNDS)]
    ten, three_minutes = ([pair[place] for pair in pairs] for place in (0, 1))
    return [
        figure("first_play_share", "s; peer: the full render", {"first segment": first, "full render": whole}),
        figure("first_play_180_vs_10", "s; peer: 10 s clip", {"180 s clip": three_minutes, "10 s clip": ten}),
    ]


def _first_plays(footage: Footage) -> tuple[float, float]:
    """Return the seconds to the first segment of 10 s and of 180 s, whose rest nobody waits for: Cuppa is stopped."""
    with running_cuppa() as cuppa:
        follow(cuppa, footage.two_s)
        ten = follow(cuppa, footage.ten_s).first_play_s
        return ten, wait_for_first_play(cuppa, send(cuppa, footage.three_minutes))


def short_clip(workshop: Workshop) -> list[Figure]:
    with running_cuppa() as cuppa:
        follow(cuppa, workshop.footage.two_s)
        ours = [follow(cuppa, workshop.footage.two_s).render_s for _ in range(_SHORT_ROUNDS)]
    theirs = [bare.one_pass(workshop.footage.two_s, workshop.directory).wall_s for _ in range(_SHORT_ROUNDS)]
    both = figure("short_clip_overhead_s", "s for 2 s; ratio: the difference", {"Cuppa": ours, "bare ffmpeg": theirs})
    overhead_s = round(median(ours) - median(theirs), 3)
    return [Figure(both.name, both.unit, both.ours, both.peer, overhead_s, both.spread)]


def captions(workshop: Workshop) -> list[Figure]:
    ours = [minute.made.captions_s for minute in workshop.minutes]
    theirs = [minute.recogniser.wall_s for minute in workshop.minutes]
    return [
        figure("captions_rtf", "s; peer: the clip's length", {"Cuppa": ours, "clip": [MINUTE_S]}),
        figure("captions_vs_bare", "s for 60 s", {"Cuppa": ours, "bare PocketSphinx": theirs}),
    ]


def word_errors(_workshop: Workshop) -> list[Figure]:
    return measure_wer()


def memory(workshop: Workshop) -> list[Figure]:
    with running_cuppa() as cuppa:
        few_mb = _after(cuppa, workshop.footage.small, _FEW_CLIPS)
        many_mb = _after(cuppa, workshop.footage.small, _MANY_CLIPS - _FEW_CLIPS)
    unit = f"MB after {_MANY_CLIPS} clips; peer: after {_FEW_CLIPS}"
    return [figure("worker_memory", unit, {"after many": [many_mb], "after few": [few_mb]})]


def _after(cuppa: Cuppa, clip: Path, count: int) -> float:
    """Return what the worker holds after so many more clips, captions included."""
    for begin in range(0, count, _AT_ONCE):
        for sent in [send(cuppa, clip) for _ in range(min(_AT_ONCE, count - begin))]:
            wait_for_captions(cuppa, sent)
    return cuppa.worker_resident_mb()
