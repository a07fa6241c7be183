"""A recogniser and people who write into the same captions at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction

from api_schema.media_jobs import JobKind, TimedCue
from backend.domain.accounts.models import Person
from backend.domain.clips.captions import cues_of
from backend.domain.clips.corrections import CueChanged, correct_cue, list_cue_versions
from backend.domain.clips.models import Clip
from backend.domain.errors import NotFound
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import Worker, captioned_clip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clip(owner: Person, store: LocalStore, now: datetime) -> Clip:
    with transaction.atomic():
        return captioned_clip(owner, store, now=now)


class TestAtOnce:
    def test_one_of_several_people_who_correct_a_caption_wins_and_the_others_are_told(
        self, clip: Clip, owner: Person, colleague: Person, now: datetime
    ) -> None:
        cue = cues_of(clip).get(position=0)

        def correct(person: Person, text: str) -> None:
            correct_cue(actor=person.actor, clip_id=clip.pk, cue_id=cue.pk, text=text, version=0, now=now)

        refused = at_once(
            lambda: correct(owner, "The Zephrane stands."),
            lambda: correct(colleague, "A Zephrane stands."),
            lambda: correct(colleague, "That Kelvion stands."),
        )

        assert [type(refusal) for refusal in refused] == [CueChanged, CueChanged]
        versions = list_cue_versions(actor=owner.actor, clip_id=clip.pk, cue_id=cue.pk)
        assert [version.number for version in versions] == [1, 0]

    def test_a_correction_is_kept_or_refused_but_never_lost_to_a_transcript(
        self, clip: Clip, worker_again: Worker, owner: Person, now: datetime
    ) -> None:
        cue = cues_of(clip).get(position=0)
        better = (TimedCue(1_000, 3_400, "This chiller won't start.", 0.9),)

        refused = at_once(
            lambda: worker_again.transcribe(better, now=now),
            lambda: correct_cue(
                actor=owner.actor, clip_id=clip.pk, cue_id=cue.pk, text="The fan stands.", version=0, now=now
            ),
        )

        texts = list(cues_of(clip).values_list("text", flat=True))
        is_lost = [type(refusal) for refusal in refused] == [NotFound]
        assert texts == (["This chiller won't start."] if is_lost else ["The fan stands."])

    @pytest.fixture
    def worker_again(self, owner: Person, clip: Clip, store: LocalStore, now: datetime) -> Worker:
        """A worker that listens to the clip once more."""
        job = clip.jobs.get(kind=JobKind.TRANSCRIBE)
        clip.jobs.filter(pk=job.pk).update(status="queued", attempts=0)
        clip.artefacts.filter(kind="captions").update(status="pending")
        return Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)


def at_once(*calls: Callable[[], object]) -> list[Exception]:
    """Start every call at the same moment; return what those raised that were refused."""
    barrier, refused = threading.Barrier(len(calls)), list[Exception]()

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        except (CueChanged, NotFound) as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
