"""What the media worker makes of a film, kept, and handed to the real backend as slowly as a test wants it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from api_schema.media_jobs import (
    FILE_NAMES,
    JobKind,
    Progress,
    PublishedSegment,
    RenderResult,
    Rendition,
    SpeechOutcome,
    TimedCue,
    TranscribeResult,
)
from backend.domain.clips.models import Clip
from media_worker.backend_client import BackendClient, JobSession
from tests.domain.clips.worker import job_of
from tests.media_worker.conftest import new_worker
from tests.media_worker.fake_backend import FakeBackend, Job


@dataclass(frozen=True)
class Rendered:
    """A render job that is done: its report, and its objects by name."""

    result: RenderResult
    objects: dict[str, bytes]


def render(footage: Path, *, work_dir: Path) -> Rendered:
    """Return what the real media worker makes of the footage."""
    with FakeBackend() as server, new_worker(server, work_dir, is_stopping=lambda: False) as worker:
        job = server.add(Job(kind=JobKind.RENDER, source=footage.read_bytes()))
        worker.run_job(job.job_id)
    assert isinstance(job.result, RenderResult), job.failures
    return Rendered(job.result, job.objects)


class StagedRender:
    """Does a clip's jobs over the worker's own API, with what was rendered before."""

    def __init__(self, clip: Clip, rendered: Rendered, backend: BackendClient) -> None:
        self._clip = clip
        self._rendered = rendered
        self._backend = backend
        self._session = self._claim(JobKind.RENDER)
        self._published: set[PublishedSegment] = set()

    def publish(self, *, until_s: float) -> None:
        """Publish every segment that begins before `until_s` and was not published yet, and say so."""
        result = self._rendered.result
        begun = [one for one, begins_at_ms in _with_beginnings(result.segments) if begins_at_ms < until_s * 1000]
        new = tuple(one for one in begun if one not in self._published)
        self._put([f"{one.rendition}/init.mp4" for one in new if one.sequence == 0])
        self._put([f"{one.rendition}/{one.sequence:05d}.m4s" for one in new])
        self._session.report_progress(
            Progress(percent=50, probe=result.probe, renditions=result.renditions, segments=new)
        )
        self._published.update(new)

    def finish(self) -> None:
        """Publish all the rest and report the result."""
        self.publish(until_s=math.inf)
        self._put([name for name in FILE_NAMES.values() if name in self._rendered.objects])
        self._session.report_result(self._rendered.result)

    def caption(self, *cues: TimedCue) -> None:
        """Do the transcription: this is what was said, in English."""
        said = TranscribeResult(SpeechOutcome.SPEECH, engine="pocketsphinx", language="en", cues=cues)
        self._claim(JobKind.TRANSCRIBE).report_result(said)

    def _claim(self, kind: JobKind) -> JobSession:
        return self._backend.session(self._backend.claim(job_of(self._clip, kind).id))

    def _put(self, names: list[str]) -> None:
        if not names:
            return
        for name, url in self._session.upload_urls(tuple(names)).items():
            httpx.put(url, content=self._rendered.objects[name]).raise_for_status()


def _with_beginnings(segments: Sequence[PublishedSegment]) -> list[tuple[PublishedSegment, int]]:
    """Return each segment with the time at which it begins, in ms; segments of a rendition come in their order."""
    so_far: dict[Rendition, int] = defaultdict(int)
    timed = []
    for segment in segments:
        timed.append((segment, so_far[segment.rendition]))
        so_far[segment.rendition] += segment.duration_ms
    return timed
