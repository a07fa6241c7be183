from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import Failure, FailureCode, JobKind
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.clips.operations import expect_clip, retry_clip
from backend.domain.clips.results import record_failure
from backend.domain.clips.telling import tell_author
from backend.domain.errors import IdTaken, IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.search.models import Document
from backend.integrations.local_store import LocalStore
from tests import cast
from tests.domain.clips.worker import Worker, captioned_clip, events, job_of, states_of


class TestExpectClip:
    def test_announces_a_clip_before_its_first_byte(self, owner: Person, now: datetime) -> None:
        clip_id = uuid7()

        clip = expect_clip(actor=owner.actor, clip_id=clip_id, now=now)

        assert (clip.id, clip.status, clip.author_id, clip.thread_id) == (clip_id, "expected", owner.id, None)

    def test_is_one_clip_when_thread_and_upload_both_announce_it(self, owner: Person, now: datetime) -> None:
        clip_id, thread_id = uuid7(), uuid7()
        expect_clip(actor=owner.actor, clip_id=clip_id, now=now)

        clip = expect_clip(
            actor=owner.actor, clip_id=clip_id, thread_id=thread_id, vocabulary=("E4", "Zephrane"), now=now
        )

        assert (clip.thread_id, clip.vocabulary) == (thread_id, ["E4", "Zephrane"])
        assert tenancy.within(owner.actor, Clip).count() == 1

    def test_changes_nothing_when_attached_to_the_same_thread_again(self, owner: Person, now: datetime) -> None:
        clip_id, thread_id = uuid7(), uuid7()
        expect_clip(actor=owner.actor, clip_id=clip_id, thread_id=thread_id, vocabulary=("E4",), now=now)

        clip = expect_clip(actor=owner.actor, clip_id=clip_id, thread_id=thread_id, now=now)

        assert clip.vocabulary == ["E4"]

    @pytest.mark.parametrize("who", ["colleague", "outsider"])
    def test_refuses_somebody_elses_id(
        self, who: str, owner: Person, now: datetime, request: pytest.FixtureRequest
    ) -> None:
        other: Person = request.getfixturevalue(who)
        clip_id = uuid7()
        expect_clip(actor=owner.actor, clip_id=clip_id, now=now)

        with pytest.raises(IdTaken):
            expect_clip(actor=other.actor, clip_id=clip_id, thread_id=uuid7(), now=now)

        assert tenancy.within(owner.actor, Clip).get().thread_id is None

    def test_refuses_a_clip_of_another_thread(self, owner: Person, now: datetime) -> None:
        clip_id = uuid7()
        expect_clip(actor=owner.actor, clip_id=clip_id, thread_id=uuid7(), now=now)

        with pytest.raises(IdTaken):
            expect_clip(actor=owner.actor, clip_id=clip_id, thread_id=uuid7(), now=now)

    def test_refuses_an_id_that_is_no_uuid7(self, owner: Person, now: datetime) -> None:
        with pytest.raises(InvalidInput):
            expect_clip(actor=owner.actor, clip_id=uuid4(), now=now)

        assert not tenancy.within(owner.actor, Clip).exists()

    def test_makes_the_words_of_a_clip_findable_when_it_is_attached_late(
        self, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        clip = captioned_clip(owner, store, now=now)
        thread_id = uuid7()
        assert not tenancy.within(owner.actor, Document).exists()

        expect_clip(actor=owner.actor, clip_id=clip.id, thread_id=thread_id, now=now)

        found = tenancy.within(owner.actor, Document).order_by("start_ms")
        assert [(row.subject_id, row.clip_id, row.start_ms, row.body) for row in found] == [
            (thread_id, clip.id, 1_000, "This chiller will not start."),
            (thread_id, clip.id, 4_000, "The display shows E4."),
        ]


class TestRetryClip:
    def reject(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        worker = Worker.claim(clip, store, now=now)
        record_failure(**worker.proof, failure=Failure(FailureCode.UNDECODABLE, "The picture is damaged."), now=now)

    def test_renders_a_rejected_clip_again(self, clip: Clip, owner: Person, store: LocalStore, now: datetime) -> None:
        self.reject(clip, store, now)

        retried = retry_clip(actor=owner.actor, clip_id=clip.id, now=now)

        assert (retried.status, retried.rejection_code, retried.rejection_reason) == ("processing", "", "")
        assert set(states_of(clip).values()) == {"pending"}
        assert (job_of(clip).status, job_of(clip).attempts) == ("queued", 0)
        assert len(events("media.job_queued")) == 2

    def test_captions_a_clip_again_when_only_they_failed(
        self, clip: Clip, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        Worker.claim(clip, store, now=now).render(now=now)
        worker = Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)
        record_failure(**worker.proof, failure=Failure(FailureCode.UNDECODABLE, "No sound came out."), now=now)

        retried = retry_clip(actor=owner.actor, clip_id=clip.id, now=now)

        assert retried.status == "ready"
        assert states_of(clip)["captions"] == "pending"
        assert job_of(clip, JobKind.TRANSCRIBE).status == "queued"

    def test_refuses_a_clip_of_which_nothing_failed(self, clip: Clip, owner: Person, now: datetime) -> None:
        with pytest.raises(IllegalMove):
            retry_clip(actor=owner.actor, clip_id=clip.id, now=now)

        assert len(events("media.job_queued")) == 1

    def test_lets_a_curator_but_no_colleague(
        self, clip: Clip, colleague: Person, curator: Person, store: LocalStore, now: datetime
    ) -> None:
        self.reject(clip, store, now)

        with pytest.raises(NotAllowed):
            retry_clip(actor=colleague.actor, clip_id=clip.id, now=now)

        assert retry_clip(actor=curator.actor, clip_id=clip.id, now=now).status == "processing"

    def test_hides_another_organisations_clip_as_missing(self, clip: Clip, outsider: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            retry_clip(actor=outsider.actor, clip_id=clip.id, now=now)


class TestTellAuthor:
    def test_tells_why(self, clip: Clip, owner: Person, store: LocalStore, now: datetime) -> None:
        TestRetryClip().reject(clip, store, now)

        tell_author(organisation_id=clip.organisation_id, clip_id=clip.id, now=now)

        (told,) = events("push.requested")
        assert told.payload["recipient_id"] == str(owner.id)
        assert told.payload["body"] == "The picture is damaged."
        assert told.payload["data"] == {"clip_id": str(clip.id)}

    def test_tells_why_in_the_authors_language_though_the_worker_says_it_in_english(
        self, clip: Clip, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        cast.speak("de", owner)
        TestRetryClip().reject(clip, store, now)

        tell_author(organisation_id=clip.organisation_id, clip_id=clip.id, now=now)

        (told,) = events("push.requested")
        assert (told.payload["title"], told.payload["body"]) == (
            "Ihr Clip lässt sich nicht verwenden",
            "Die Aufnahme ist beschädigt und lässt sich nicht lesen.",
        )

    def test_says_nothing_when_it_is_tried_again_already(
        self, clip: Clip, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        TestRetryClip().reject(clip, store, now)
        retry_clip(actor=owner.actor, clip_id=clip.id, now=now)

        tell_author(organisation_id=clip.organisation_id, clip_id=clip.id, now=now)

        assert events("push.requested") == []
