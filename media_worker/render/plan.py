"""Everything that one render will make, decided before ffmpeg starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from api_schema.media_jobs import Limits, ProbeFacts, Rendition, RenditionSize
from media_worker.probe.facts import Probe, VideoStream
from media_worker.render.copying import can_be_copied, copied_cuts_ms
from media_worker.render.ladder import AUDIO_BITS_PER_SECOND, Rung, plan_ladder
from media_worker.render.stills import PosterPlan, StoryboardPlan, plan_poster, plan_storyboard

# A minute of 1080p takes half a minute on two idle cores; 4K in high dynamic range on a busy machine many times that.
_LEAST_TIME_S, _TIME_PER_SECOND = 120, 20
_SLACK_S = 5  # containers count in their own ways; a lying one gains no more than this


@dataclass(frozen=True)
class RenderPlan:
    """
    `ladder` is empty for a voice note; `longest_s` caps every output, whatever the file's timestamps say.

    `copied_cuts_ms`: when the largest rendition is a copy, where it is cut and the others are, too; else None.
    """

    probe: Probe
    ladder: tuple[Rung, ...]
    poster: PosterPlan | None
    storyboard: StoryboardPlan | None
    longest_s: int
    copied_cuts_ms: tuple[int, ...] | None = None

    @property
    def renditions(self) -> tuple[Rendition, ...]:
        """The renditions that will have segments, the picture's first."""
        audio = (Rendition.AUDIO,) if self.probe.audio is not None else ()
        return tuple(rung.rendition for rung in self.ladder) + audio

    @property
    def best_renditions(self) -> tuple[Rendition, ...]:
        """The largest picture, if there is one, and the sound, if there is any."""
        return (
            tuple(dict.fromkeys((self.renditions[0], self.renditions[-1]))) if self.probe.audio else self.renditions[:1]
        )

    @property
    def nominal_sizes(self) -> tuple[RenditionSize, ...]:
        """The renditions with their largest bit rates: what can be promised before anything is encoded."""
        video = tuple(
            RenditionSize(rung.rendition, rung.width_px, rung.height_px, self._nominal_bits(rung))
            for rung in self.ladder
        )
        audio = (RenditionSize(Rendition.AUDIO, 0, 0, AUDIO_BITS_PER_SECOND),) if self.probe.audio is not None else ()
        return video + audio

    def _nominal_bits(self, rung: Rung) -> int:
        video = self.probe.video
        if self.copied_cuts_ms is None or rung is not self.ladder[0] or video is None:
            return rung.most_bits_per_second
        return max(1, video.stored.bits_per_second or 0)


def plan_render(probe: Probe, limits: Limits) -> RenderPlan:
    """Return what to make from the probed clip."""
    duration_ms, video = probe.facts.duration_ms, probe.video
    longest_s = min(limits.max_duration_s, duration_ms // 1000 + _SLACK_S)
    if video is None:
        return RenderPlan(probe=probe, ladder=(), poster=None, storyboard=None, longest_s=longest_s)
    ladder, cuts_ms = _plan_video(video, probe.facts)
    return RenderPlan(
        probe=probe,
        ladder=ladder,
        poster=plan_poster(duration_ms),
        storyboard=plan_storyboard(width_px=video.width_px, height_px=video.height_px, duration_ms=duration_ms),
        longest_s=longest_s,
        copied_cuts_ms=cuts_ms,
    )


def _plan_video(video: VideoStream, facts: ProbeFacts) -> tuple[tuple[Rung, ...], tuple[int, ...] | None]:
    """Return the ladder, and where a copied largest rendition is cut."""
    with_copy = plan_ladder(video.width_px, video.height_px, is_top_free=True)
    if can_be_copied(video, facts, with_copy[0]):
        return with_copy, copied_cuts_ms(video.stored.keyframes_ms)
    return plan_ladder(video.width_px, video.height_px), None


def within_time(limits: Limits, *, duration_ms: int) -> Limits:
    """Return the limits with what a clip of this length may take: a short one that takes an hour is a trap."""
    return replace(
        limits, wall_clock_s=min(limits.wall_clock_s, _LEAST_TIME_S + _TIME_PER_SECOND * duration_ms // 1000)
    )
