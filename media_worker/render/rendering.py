"""The render job, from the original to the whole result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from api_schema.media_jobs import (
    ClaimedJob,
    FailureCode,
    Progress,
    PublishedFile,
    PublishedSegment,
    RenderResult,
    Rendition,
    RenditionSize,
)
from media_worker.backend_client import JobSession
from media_worker.failures import JobFailed
from media_worker.lease import LeaseKeeper
from media_worker.object_links import ObjectLinks
from media_worker.probe.asking import probe_clip
from media_worker.render.codecs import codecs_of
from media_worker.render.descriptions import describe_offline, describe_sound, describe_stills
from media_worker.render.encoding import EncodingProgress, encode
from media_worker.render.graph import render_command
from media_worker.render.loudness import read_loudness
from media_worker.render.offline import make_offline_file
from media_worker.render.plan import RenderPlan, plan_render, within_time
from media_worker.render.publishing import Publisher
from media_worker.render.written import read_written

_SOURCE = "source"  # our name: what the phone called it never touches a path
_ENCODED_PERCENT = 95
# A recording that ends this much before its own index says was cut; less is how containers count.
_MISSING_SHARE, _MISSING_LEAST_MS = 0.05, 2_000


def render_clip(
    *, claimed: ClaimedJob, directory: Path, session: JobSession, links: ObjectLinks, keeper: LeaseKeeper
) -> RenderResult:
    """
    Make and publish everything from the job's original, and return the whole truth about it.

    Segments are published and reported while ffmpeg still encodes: the clip plays seconds after the start.

    :raises JobFailed: the original is no usable clip, or making it took too much.
    :raises LeaseLost, WorkerStopping: as `LeaseKeeper.check` says; ffmpeg is gone by then.
    """
    source = directory / _SOURCE
    links.download(claimed.source_url, source, size_bytes=claimed.source_bytes, check=keeper.check)
    plan = plan_render(probe_clip(source, claimed.limits), claimed.limits)
    keeper.report(Progress(percent=1, probe=plan.probe.facts, renditions=plan.nominal_sizes))
    publisher = Publisher(directory=directory, session=session, links=links, limits=claimed.limits)
    return _Render(claimed, directory, plan, publisher, keeper).run()


class _Render:
    """One run of the plan."""

    def __init__(
        self, claimed: ClaimedJob, directory: Path, plan: RenderPlan, publisher: Publisher, keeper: LeaseKeeper
    ) -> None:
        self._limits = within_time(claimed.limits, duration_ms=plan.probe.facts.duration_ms)
        self._directory = directory
        self._plan = plan
        self._publisher = publisher
        self._keeper = keeper

    def run(self) -> RenderResult:
        for rendition in self._plan.renditions:
            (self._directory / rendition).mkdir()
        command = render_command(self._plan, source_name=_SOURCE, limits=self._limits)
        encode(command, directory=self._directory, limits=self._limits, on_look=self._look)
        self._publish_segments(_ENCODED_PERCENT)
        self._refuse_cut()
        self._publish_stills()
        self._publish_copies()
        return RenderResult(
            probe=self._plan.probe.facts,
            renditions=self._measured_sizes(),
            segments=tuple(segment for segments in self._publisher.segments.values() for segment in segments),
            files=tuple(self._publisher.files),
            sound=read_loudness(self._directory),
        )

    def _look(self, progress: EncodingProgress) -> None:
        self._keeper.check()
        share = min(1.0, progress.encoded_ms / self._plan.probe.facts.duration_ms)
        self._publish_segments(max(1, round(share * _ENCODED_PERCENT)))
        self._publish_stills()

    def _publish_segments(self, percent: int) -> None:
        # The smallest picture first: it is what a bad line plays, and it is the quickest to send.
        new = self._publisher.publish_new_segments(reversed(self._plan.renditions))
        if new:
            begun = tuple(self._begun_size(segment.rendition) for segment in new if segment.sequence == 0)
            self._keeper.report(Progress(percent=percent, renditions=begun, segments=new))
        else:
            self._keeper.percent = percent

    def _refuse_cut(self) -> None:
        """A cut file may decode with exit status 0: believe the segments, not ffmpeg."""
        promised_ms = self._plan.probe.facts.duration_ms
        longest_ms = max((_length_ms(segments) for segments in self._publisher.segments.values()), default=0)
        if promised_ms - longest_ms > _MISSING_LEAST_MS + promised_ms * _MISSING_SHARE:
            raise JobFailed(FailureCode.CUT_SHORT, "The recording ends before its own length says: send it again.")

    def _publish_stills(self) -> None:
        """Publish each still picture once it is there: lists show the poster long before the render is over."""
        known = {file.name for file in self._publisher.files}
        for still in describe_stills(self._plan):
            if still.name not in known and self._publisher.is_finished(still.name):
                self._publish(still)

    def _publish_copies(self) -> None:
        """Publish what is made from all of the sound, or all of the segments."""
        for file in describe_sound(self._plan):
            self._publish(file)
        make_offline_file(
            self._plan.best_renditions, directory=self._directory, limits=self._limits, check=self._keeper.check
        )
        self._publish(describe_offline(self._plan))

    def _publish(self, file: PublishedFile) -> None:
        self._keeper.check()
        published = self._publisher.publish_file(file)
        self._keeper.report(Progress(percent=max(self._keeper.percent, 1), files=(published,)))

    def _begun_size(self, rendition: Rendition) -> RenditionSize:
        """Return what was planned for the rendition, and how it is encoded: its init segment is there."""
        size = next(size for size in self._plan.nominal_sizes if size.rendition is rendition)
        return replace(size, codecs=codecs_of(read_written(self._directory / rendition / "init.mp4")))

    def _measured_sizes(self) -> tuple[RenditionSize, ...]:
        return tuple(
            replace(
                self._begun_size(rendition),
                bits_per_second=peak_bits_per_second(self._publisher.segments[rendition]),
            )
            for rendition in self._plan.renditions
            if self._publisher.segments[rendition]
        )


def peak_bits_per_second(segments: list[PublishedSegment]) -> int:
    """Return the bit rate of the dearest segment, which is what a player must be able to load in time."""
    # Cut-off last segments of a frame or two say nothing about the line they need.
    whole = [segment for segment in segments if segment.duration_ms >= 1_000] or segments
    return max(segment.size_bytes * 8_000 // segment.duration_ms for segment in whole)


def _length_ms(segments: list[PublishedSegment]) -> int:
    return sum(segment.duration_ms for segment in segments)
