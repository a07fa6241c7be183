from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.domain.accounts.models import Person
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.howtos.completeness import HowToIncomplete
from backend.domain.howtos.content import content_sha256, read_content
from backend.domain.howtos.editing import Changes, edit_draft, start_new_version
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.releasing import release
from backend.domain.search.models import SubjectKind
from backend.domain.search.queries import Hit, search
from backend.domain.threads.models import Try
from backend.outbox.models import OutboxEvent
from tests import cast


def told_of_release() -> set[str]:
    pushes = OutboxEvent.objects.filter(name="push.requested", payload__kind="howto_released")
    recipients = [push.payload["recipient_id"] for push in pushes]
    assert len(recipients) == len(set(recipients)), "somebody was told twice"
    return set(recipients)


def find_howto(person: Person, words: str) -> list[Hit]:
    return search(actor=person.actor, words=words, kinds=[SubjectKind.HOWTO])


class TestRelease:
    def test_lets_the_version_out_with_the_hash_of_what_was_approved(
        self, howto: HowTo, curator: Person, now: datetime
    ) -> None:
        released = release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

        version = released.version
        assert (version.publication, version.released_at, version.released_by) == ("released", now, curator)
        assert version.content_sha256 == content_sha256(read_content(version))
        assert released.howto.confidence == "not_validated"
        assert released.howto.review_due_at == now + timedelta(days=180)

    def test_makes_it_found_by_everybody_at_the_second_that_matters(
        self, howto: HowTo, fixing_try: Try, owner: Person, curator: Person, now: datetime
    ) -> None:
        before = find_howto(curator, "strainer comes out")

        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

        (hit,) = find_howto(owner, "strainer comes out E4")
        assert before == []
        assert (hit.id, hit.title, hit.is_solved) == (howto.pk, "Chiller will not start", True)
        assert hit.moment is not None
        assert (hit.moment.clip_id, hit.moment.start_ms) == (fixing_try.clip_id, 2_000)

    def test_tells_asker_and_answerer_once(
        self, howto: HowTo, owner: Person, colleague: Person, curator: Person, now: datetime
    ) -> None:
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now + timedelta(hours=1))
        start_new_version(actor=curator.actor, howto_id=howto.pk, now=now)
        release(actor=curator.actor, howto_id=howto.pk, version_number=2, now=now)

        assert told_of_release() == {str(owner.pk), str(colleague.pk)}

    def test_puts_the_next_version_in_place_of_the_one_before(
        self, howto: HowTo, owner: Person, curator: Person, now: datetime
    ) -> None:
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        start_new_version(actor=curator.actor, howto_id=howto.pk, now=now)
        edit_draft(
            actor=curator.actor, howto_id=howto.pk, now=cast.NOW, changes=Changes(cause="Pump seized", steps=None)
        )

        release(actor=curator.actor, howto_id=howto.pk, version_number=2, now=now)

        states = HowToVersion.objects.order_by("number").values_list("publication", flat=True)
        assert list(states) == ["superseded", "released"]
        assert find_howto(owner, "clogged") == []
        assert [hit.id for hit in find_howto(owner, "seized pump")] == [howto.pk]

    @pytest.mark.parametrize(
        ("changes", "missing"),
        [(Changes(steps=()), ["steps"]), (Changes(remedy="", problem=""), ["problem", "remedy"])],
    )
    def test_refuses_what_is_incomplete_and_changes_nothing(
        self, changes: Changes, missing: list[str], howto: HowTo, curator: Person, now: datetime
    ) -> None:
        edit_draft(actor=curator.actor, howto_id=howto.pk, now=cast.NOW, changes=changes)

        with pytest.raises(HowToIncomplete) as refusal:
            release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

        assert refusal.value.facts["missing"] == list(refusal.value.facts["fields"]) == missing
        assert HowToVersion.objects.get().publication == "draft"
        assert find_howto(curator, "chiller") == []
        assert told_of_release() == set()

    def test_refuses_a_superseded_version_and_keeps_the_released_one(
        self, howto: HowTo, curator: Person, now: datetime
    ) -> None:
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        start_new_version(actor=curator.actor, howto_id=howto.pk, now=now)
        release(actor=curator.actor, howto_id=howto.pk, version_number=2, now=now)

        with pytest.raises(IllegalMove):
            release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

        states = HowToVersion.objects.order_by("number").values_list("publication", flat=True)
        assert list(states) == ["superseded", "released"]

    def test_is_for_curators_only(self, howto: HowTo, owner: Person, now: datetime) -> None:
        with pytest.raises(NotAllowed):
            release(actor=owner.actor, howto_id=howto.pk, version_number=1, now=now)

        assert HowToVersion.objects.get().publication == "draft"

    def test_knows_no_version_that_is_not_there(self, howto: HowTo, curator: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            release(actor=curator.actor, howto_id=howto.pk, version_number=2, now=now)
