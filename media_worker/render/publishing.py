"""Handing over what ffmpeg has finished, while it goes on encoding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from api_schema.media_jobs import (
    MAX_NAMES_PER_REQUEST,
    FailureCode,
    Limits,
    PublishedFile,
    PublishedSegment,
    Rendition,
)
from media_worker.backend_client import JobSession
from media_worker.failures import JobFailed
from media_worker.object_links import LinkRefused, ObjectLinks
from media_worker.render.graph import playlist_of
from media_worker.render.playlist import finished_segments

_CONNECTIONS = 4
_LINKS_AHEAD = 6  # segments whose links are asked for before they exist: one question less while somebody waits


class Publisher:
    """Uploads finished segments and files of one job, each once, and remembers what it has published."""

    def __init__(self, *, directory: Path, session: JobSession, links: ObjectLinks, limits: Limits) -> None:
        self._directory = directory
        self._session = session
        self._links = links
        self._limits = limits
        self._urls: dict[str, str] = {}
        self.segments: dict[Rendition, list[PublishedSegment]] = defaultdict(list)
        self.files: list[PublishedFile] = []
        self._published_bytes = 0

    def publish_new_segments(self, renditions: Iterable[Rendition]) -> tuple[PublishedSegment, ...]:
        """
        Upload every segment that is finished and not yet published, and return them.

        :raises JobFailed: everything together is larger than the job may make.
        """
        new = [segment for rendition in renditions for segment in self._new_segments(rendition)]
        if not new:
            return ()
        names = [_segment_name(segment) for segment in new]
        inits = [f"{segment.rendition}/init.mp4" for segment in new if segment.sequence == 0]
        ahead = [_segment_name(segment, ahead=steps) for segment in new for steps in range(1, _LINKS_AHEAD)]
        # The init segments first: a player must never be told of a segment that it cannot open.
        self._upload(inits, ahead=names + ahead)
        self._upload(names, ahead=ahead)
        for segment in new:
            self.segments[segment.rendition].append(segment)
        return tuple(new)

    def publish_file(self, description: PublishedFile) -> PublishedFile:
        """Upload the finished file of this name, and return its description with its size."""
        size_bytes = (self._directory / description.name).stat().st_size
        self._upload([description.name], ahead=[])
        file = replace(description, size_bytes=size_bytes)
        self.files.append(file)
        return file

    def is_finished(self, name: str) -> bool:
        """Return whether ffmpeg has written the whole of a still picture: it appears under its name only then."""
        return (self._directory / name).exists()

    def _new_segments(self, rendition: Rendition) -> list[PublishedSegment]:
        known = len(self.segments[rendition])
        finished = finished_segments(self._directory / playlist_of(rendition))[known:]
        return [
            PublishedSegment(
                rendition=rendition,
                sequence=segment.sequence,
                duration_ms=segment.duration_ms,
                size_bytes=(self._directory / f"{rendition}/{segment.sequence:05d}.m4s").stat().st_size,
            )
            for segment in finished
        ]

    def _upload(self, names: list[str], *, ahead: list[str]) -> None:
        self._published_bytes += sum((self._directory / name).stat().st_size for name in names)
        if self._published_bytes > self._limits.max_output_bytes:
            raise JobFailed(FailureCode.TOO_LARGE, "The recording is too large to be processed.")
        self._fetch_links(names, ahead)
        with ThreadPoolExecutor(max_workers=_CONNECTIONS) as pool:
            list(pool.map(self._upload_one, names))

    def _upload_one(self, name: str) -> None:
        path = self._directory / name
        try:
            self._links.upload(self._urls.pop(name), path)
        except LinkRefused:  # links run out when a render takes long: one fresh link, then it is an error
            self._links.upload(self._session.upload_urls((name,))[name], path)

    def _fetch_links(self, names: list[str], ahead: list[str]) -> None:
        missing = [name for name in names if name not in self._urls]
        if not missing:
            return
        spare = [name for name in ahead if name not in self._urls and name not in missing]
        wanted = list(dict.fromkeys(missing + spare[: max(0, MAX_NAMES_PER_REQUEST - len(missing))]))
        for start in range(0, len(wanted), MAX_NAMES_PER_REQUEST):
            self._urls.update(self._session.upload_urls(tuple(wanted[start : start + MAX_NAMES_PER_REQUEST])))


def _segment_name(segment: PublishedSegment, *, ahead: int = 0) -> str:
    return f"{segment.rendition}/{segment.sequence + ahead:05d}.m4s"
