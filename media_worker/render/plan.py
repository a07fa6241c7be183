"""Everything that one render will make, decided before ffmpeg starts."""

from __future__ import annotations

from dataclasses import dataclass

from api_schema.media_jobs import Limits, Rendition, RenditionSize
from media_worker.probe.facts import Probe
from media_worker.render.ladder import AUDIO_BITS_PER_SECOND, Rung, plan_ladder
from media_worker.render.stills import PosterPlan, StoryboardPlan, plan_poster, plan_storyboard

_SLACK_S = 5  # containers count in their own ways; a lying one gains no more than this


@dataclass(frozen=True)
class RenderPlan:
    """`ladder` is empty for a voice note; `longest_s` caps every output, whatever the file's timestamps say."""

    probe: Probe
    ladder: tuple[Rung, ...]
    poster: PosterPlan | None
    storyboard: StoryboardPlan | None
    longest_s: int

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
            RenditionSize(rung.rendition, rung.width_px, rung.height_px, rung.most_bits_per_second)
            for rung in self.ladder
        )
        audio = (RenditionSize(Rendition.AUDIO, 0, 0, AUDIO_BITS_PER_SECOND),) if self.probe.audio is not None else ()
        return video + audio


def plan_render(probe: Probe, limits: Limits) -> RenderPlan:
    """Return what to make from the probed clip."""
    duration_ms, video = probe.facts.duration_ms, probe.video
    longest_s = min(limits.max_duration_s, duration_ms // 1000 + _SLACK_S)
    if video is None:
        return RenderPlan(probe=probe, ladder=(), poster=None, storyboard=None, longest_s=longest_s)
    size = {"width_px": video.width_px, "height_px": video.height_px}
    return RenderPlan(
        probe=probe,
        ladder=plan_ladder(video.width_px, video.height_px),
        poster=plan_poster(duration_ms),
        storyboard=plan_storyboard(**size, duration_ms=duration_ms),
        longest_s=longest_s,
    )
