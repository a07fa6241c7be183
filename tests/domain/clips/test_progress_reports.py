from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api_schema.media_jobs import (
    MediaKind,
    ProbeFacts,
    Progress,
    PublishedSegment,
    Rendition,
    RenditionSize,
)
from backend.domain import tenancy
from backend.domain.clips.models import Clip, Segment
from backend.domain.clips.report_checks import ResultRefused
from backend.domain.clips.results import (
    record_progress,
    sign_upload_urls,
)
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import (
    SEGMENT_BYTES,
    SEGMENT_MS,
    Worker,
    artefact_of,
    job_of,
    probe_of_video,
    sizes_of,
    states_of,
)


class TestSignUploadUrls:
    def test_signs_names_of_ours_under_the_attempts_prefix(
        self, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        names = ("v240/init.mp4", "v240/00000.m4s", "poster.jpg")

        signed = sign_upload_urls(**worker.proof, names=names, store=store, now=now)

        assert set(signed.urls) == set(names)
        assert all(url.startswith("http://127.0.0.1:8000/objects/") for url in signed.urls.values())

    @pytest.mark.parametrize("name", ["../x.mp4", "v1080/00000.m4s", "original", "v240/0.m4s", "poster.jpg\n"])
    def test_refuses_any_other_name(self, name: str, worker: Worker, store: LocalStore, now: datetime) -> None:
        with pytest.raises(ResultRefused):
            sign_upload_urls(**worker.proof, names=("poster.jpg", name), store=store, now=now)

    def test_refuses_a_flood(self, worker: Worker, store: LocalStore, now: datetime) -> None:
        with pytest.raises(ResultRefused):
            sign_upload_urls(**worker.proof, names=("poster.jpg",) * 65, store=store, now=now)


class TestRecordProgress:
    def test_makes_the_clip_playable_with_its_first_segments(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        lease = record_progress(**worker.proof, progress=worker.first_seconds(), store=store, now=now)

        clip.refresh_from_db()
        assert lease.lease_s == 20
        assert (clip.playable_at, clip.render_percent, clip.duration_ms) == (now, 10, 12_000)
        assert (clip.media_kind, clip.width_px, clip.height_px, clip.status) == ("video", 1280, 720, "processing")
        assert (states_of(clip)["v240"], states_of(clip)["v480"]) == ("playable", "pending")

    def test_waits_for_the_sound_of_a_clip_that_has_some(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        silent = replace(worker.first_seconds(), segments=worker.segments(Rendition.V240, range(1)))

        record_progress(**worker.proof, progress=silent, store=store, now=now)

        clip.refresh_from_db()
        assert clip.playable_at is None

    def test_waits_for_every_rendition_that_was_planned(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        planned = sizes_of(Rendition.V240, Rendition.V480, Rendition.AUDIO)
        record_progress(
            **worker.proof, progress=replace(worker.first_seconds(), renditions=planned), store=store, now=now
        )
        clip.refresh_from_db()
        assert clip.playable_at is None

        last = Progress(12, segments=worker.segments(Rendition.V480, range(1)))
        record_progress(**worker.proof, progress=last, store=store, now=now)

        clip.refresh_from_db()
        assert clip.playable_at == now

    def test_keeps_codecs_once_they_are_known(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        (planned,) = sizes_of(Rendition.V240)
        known = replace(planned, codecs="avc1.4d4015")
        for sizes in ((planned,), (known,), (planned,)):
            progress = Progress(10, probe_of_video(), renditions=sizes)
            record_progress(**worker.proof, progress=progress, store=store, now=now)

        assert artefact_of(clip, "v240").codecs == "avc1.4d4015"

    def test_notes_when_it_was_filmed(self, clip: Clip, worker: Worker, store: LocalStore, now: datetime) -> None:
        filmed_at = now - timedelta(hours=2)
        probe = replace(probe_of_video(), filmed_at=filmed_at, latitude=53.8, longitude=-1.55)

        record_progress(**worker.proof, progress=Progress(1, probe), store=store, now=now)

        clip.refresh_from_db()
        assert clip.filmed_at == filmed_at

    @pytest.mark.parametrize("keeps_locations", [True, False])
    def test_keeps_where_it_was_filmed_only_if_the_organisation_wants_that(
        self, keeps_locations: bool, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        clip.organisation.keeps_locations = keeps_locations
        clip.organisation.save(update_fields=["keeps_locations"])
        probe = replace(probe_of_video(), latitude=53.8, longitude=-1.55)

        record_progress(**worker.proof, progress=Progress(1, probe), store=store, now=now)

        clip.refresh_from_db()
        assert (clip.latitude, clip.longitude) == ((53.8, -1.55) if keeps_locations else (None, None))

    @pytest.mark.parametrize(
        "size",
        [
            RenditionSize(Rendition.V240, 426, 240, 500_000, 'avc1.64001f"\n#EXT-X-'),
            RenditionSize(Rendition.V240, 426, 240, 500_000, "mp4a.40.2"),
            RenditionSize(Rendition.V240, 426, 240, 500_000, "avc1.64001é"),
            RenditionSize(Rendition.AUDIO, 0, 0, 128_000, "avc1.64001f"),
            RenditionSize(Rendition.AUDIO, -1, 10**12, 128_000),
            RenditionSize(Rendition.V240, 854, 480, 500_000),
            RenditionSize(Rendition.V240, 426, 240, 0),
        ],
    )
    def test_refuses_a_rendition_that_cannot_be(
        self, size: RenditionSize, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        with pytest.raises(ResultRefused):
            record_progress(**worker.proof, progress=Progress(1, probe_of_video(), (size,)), store=store, now=now)

        assert artefact_of(clip, "v240").bits_per_second is None

    def test_changes_nothing_the_second_time(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        progress = worker.first_seconds()
        record_progress(**worker.proof, progress=progress, store=store, now=now)

        record_progress(**worker.proof, progress=progress, store=store, now=now + timedelta(seconds=5))

        clip.refresh_from_db()
        assert clip.playable_at == now
        assert tenancy.within_organisation(clip.organisation_id, Segment).count() == 2

    def test_renews_the_lease_when_there_is_nothing_new(
        self, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        later = now + timedelta(seconds=10)

        record_progress(**worker.proof, progress=Progress(33), store=store, now=later)

        assert job_of(clip).lease_until == later + timedelta(seconds=20)
        assert job_of(clip).clip.render_percent == 33

    @pytest.mark.parametrize(
        ("segment", "why"),
        [
            (PublishedSegment(Rendition.V240, 2, SEGMENT_MS, SEGMENT_BYTES), "has no one before it"),
            (PublishedSegment(Rendition.V240, 0, SEGMENT_MS, SEGMENT_BYTES + 1), "was another one before"),
            (PublishedSegment(Rendition.V240, 1, SEGMENT_MS, SEGMENT_BYTES + 1), "has 1000 bytes, not 1001"),
            (PublishedSegment(Rendition.V240, 3, SEGMENT_MS, SEGMENT_BYTES), "is not in the object store"),
            (PublishedSegment(Rendition.V240, 1, 15_000, SEGMENT_BYTES), "longer than the clip"),
            (PublishedSegment(Rendition.V240, 1, 0, SEGMENT_BYTES), "an impossible duration"),
            (PublishedSegment(Rendition.V240, 1, SEGMENT_MS, -1), "an impossible size"),
            (PublishedSegment(Rendition.V240, 1200, SEGMENT_MS, SEGMENT_BYTES), "too many segments"),
        ],
    )
    def test_refuses_a_segment_that_cannot_be(
        self, segment: PublishedSegment, why: str, clip: Clip, worker: Worker, now: datetime
    ) -> None:
        record_progress(**worker.proof, progress=worker.first_seconds(), store=worker.store, now=now)
        worker.segments(Rendition.V240, range(1, 3))

        with pytest.raises(ResultRefused, match=why):
            record_progress(**worker.proof, progress=Progress(20, segments=(segment,)), store=worker.store, now=now)

        assert tenancy.within_organisation(clip.organisation_id, Segment).count() == 2

    def test_refuses_segments_without_their_init_segment(
        self, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        progress = worker.first_seconds()
        store.delete(f"{worker.prefix}v240/init.mp4")

        with pytest.raises(ResultRefused, match=r"no init\.mp4"):
            record_progress(**worker.proof, progress=progress, store=store, now=now)

    def test_refuses_segments_before_the_probe(self, worker: Worker, store: LocalStore, now: datetime) -> None:
        progress = replace(worker.first_seconds(), probe=None)

        with pytest.raises(ResultRefused, match="probe must be reported first"):
            record_progress(**worker.proof, progress=progress, store=store, now=now)

    @pytest.mark.parametrize(
        "probe",
        [
            ProbeFacts(MediaKind.VIDEO, 0, has_audio=True, width_px=640, height_px=480),
            ProbeFacts(MediaKind.VIDEO, 1_200_001, has_audio=True, width_px=640, height_px=480),
            ProbeFacts(MediaKind.VIDEO, 2**40, has_audio=True, width_px=640, height_px=480),
            ProbeFacts(MediaKind.VIDEO, 1_000, has_audio=True),
            ProbeFacts(MediaKind.VIDEO, 1_000, has_audio=True, width_px=16_000, height_px=16_000),
            ProbeFacts(MediaKind.VOICE, 1_000, has_audio=False),
            ProbeFacts(MediaKind.VOICE, 1_000, has_audio=True, width_px=-1, height_px=10**12),
        ],
    )
    def test_refuses_a_probe_that_cannot_be(
        self, probe: ProbeFacts, clip: Clip, worker: Worker, store: LocalStore, now: datetime
    ) -> None:
        with pytest.raises(ResultRefused):
            record_progress(**worker.proof, progress=Progress(1, probe), store=store, now=now)

        clip.refresh_from_db()
        assert clip.duration_ms is None
