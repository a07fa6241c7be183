from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.asking.models import Certification
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.howtos.approving import MayNotApprove, approve
from backend.domain.howtos.arranging import arrange
from backend.domain.howtos.editing import Changes, edit_draft, start_new_version
from backend.domain.howtos.locking import VersionChanged
from backend.domain.howtos.models import Approval, HowTo, HowToVersion
from backend.domain.howtos.queries import get_howto
from backend.domain.howtos.releasing import ApprovalMissing, release
from backend.domain.howtos.reviewing import send_back, submit
from backend.domain.howtos.states import Governance
from backend.outbox.models import OutboxEvent
from tests import cast


@pytest.fixture
def compliance(howto: HowTo, curator: Person, now: datetime) -> HowTo:
    """The draft, of compliance, written at by the curator and in review."""
    arrange(actor=curator.actor, howto_id=howto.pk, governance=Governance.COMPLIANCE, requires_certification="F-gas")
    edit_draft(actor=curator.actor, howto_id=howto.pk, changes=Changes(hazards="Isolate first."), now=now)
    submit(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
    return howto


@pytest.fixture
def second(colleague: Person, peers: list[Person]) -> Person:
    """A supervisor who had no part in the how-to."""
    peers[0].role = Role.SUPERVISOR
    peers[0].save(update_fields=["role"])
    return peers[0]


def certify(person: Person, until: datetime) -> None:
    whose = {"organisation_id": person.organisation_id, "person": person}
    tenancy.create(Certification, **whose, name="f-gas", expires_on=until.date())


def seen(howto: HowTo, person: Person, now: datetime) -> dict[str, Any]:
    sha256 = get_howto(actor=person.actor, howto_id=howto.pk).sha256
    return {"actor": person.actor, "howto_id": howto.pk, "version_number": 1, "seen_sha256": sha256, "now": now}


def pushes(title: str) -> list[dict[str, Any]]:
    events = OutboxEvent.objects.filter(name="push.requested", payload__title__startswith=title)
    return [event.payload for event in events]


class TestCompliance:
    def test_goes_out_once_somebody_else_who_is_certified_stands_for_it(
        self, compliance: HowTo, curator: Person, second: Person, now: datetime
    ) -> None:
        certify(second, now)
        with pytest.raises(ApprovalMissing):
            release(**seen(compliance, curator, now))

        for _ in range(2):
            approve(**seen(compliance, second, now))
        released = release(**seen(compliance, curator, now))

        (approval,) = released.approvals
        assert (approval.person, approval.certification) == (second, "F-gas")
        assert approval.content_sha256 == released.version.content_sha256
        assert released.howto.review_due_at == now + timedelta(days=90)

    def test_is_not_approved_by_who_wrote_it(self, compliance: HowTo, curator: Person, now: datetime) -> None:
        certify(curator, now)

        with pytest.raises(MayNotApprove, match="You wrote"):
            approve(**seen(compliance, curator, now))

        assert not Approval.objects.exists()

    def test_is_not_approved_by_whose_fix_it_is(self, compliance: HowTo, colleague: Person, now: datetime) -> None:
        colleague.role = Role.CURATOR
        certify(colleague, now)

        with pytest.raises(MayNotApprove):
            approve(**seen(compliance, colleague, now))

    def test_asks_for_a_certification_that_holds_today(self, compliance: HowTo, second: Person, now: datetime) -> None:
        certify(second, now - timedelta(days=1))

        with pytest.raises(MayNotApprove, match="F-gas"):
            approve(**seen(compliance, second, now))

        assert not Approval.objects.exists()

    def test_needs_a_new_approval_for_a_new_text(
        self, compliance: HowTo, curator: Person, second: Person, now: datetime
    ) -> None:
        certify(second, now)
        approve(**seen(compliance, second, now))
        send_back(actor=curator.actor, howto_id=compliance.pk, version_number=1, reason="Say which valve", now=now)
        edit_draft(actor=curator.actor, howto_id=compliance.pk, changes=Changes(remedy="Valve B."), now=now)

        with pytest.raises(ApprovalMissing):
            release(**seen(compliance, curator, now))

        assert HowToVersion.objects.get().publication == "draft"

    def test_is_not_approved_by_who_wrote_the_version_that_it_is_a_copy_of(
        self, compliance: HowTo, curator: Person, second: Person, now: datetime
    ) -> None:
        certify(curator, now)
        certify(second, now)
        approve(**seen(compliance, second, now))
        release(**seen(compliance, second, now))
        start_new_version(actor=second.actor, howto_id=compliance.pk, now=now)
        submit(actor=second.actor, howto_id=compliance.pk, version_number=2, now=now)

        with pytest.raises(MayNotApprove, match="You wrote"):
            approve(**seen(compliance, curator, now) | {"version_number": 2})

        assert Approval.objects.count() == 1

    def test_needs_a_new_approval_of_the_same_text_once_it_was_sent_back(
        self, compliance: HowTo, curator: Person, second: Person, now: datetime
    ) -> None:
        certify(second, now)
        approve(**seen(compliance, second, now))
        send_back(actor=second.actor, howto_id=compliance.pk, version_number=1, reason="Not the valve B?", now=now)

        with pytest.raises(ApprovalMissing):
            release(**seen(compliance, curator, now))
        submit(actor=curator.actor, howto_id=compliance.pk, version_number=1, now=now)
        approve(**seen(compliance, second, now))
        released = release(**seen(compliance, curator, now))

        assert len(released.approvals) == 1
        assert Approval.objects.count() == 2, "what was approved before is kept"

    @pytest.mark.parametrize("easier", [{"governance": Governance.EXPERIENCE}, {"requires_certification": ""}])
    def test_is_not_eased_by_a_curator(
        self, easier: dict[str, Any], compliance: HowTo, curator: Person, second: Person
    ) -> None:
        with pytest.raises(NotAllowed):
            arrange(actor=curator.actor, howto_id=compliance.pk, **easier)
        compliance.refresh_from_db()
        kept = (compliance.governance, compliance.requires_certification)

        arrange(actor=second.actor, howto_id=compliance.pk, **easier)

        compliance.refresh_from_db()
        assert kept == ("compliance", "F-gas")
        assert (compliance.governance, compliance.requires_certification) != kept


class TestReview:
    def test_asks_the_other_curators_once_and_tells_who_submitted_why_it_came_back(
        self, howto: HowTo, curator: Person, now: datetime
    ) -> None:
        other = cast.new_person(curator.site, "Carl Curator", Role.CURATOR)
        for _ in range(2):
            submit(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        asked = pushes("How-to in review: ")

        send_back(actor=other.actor, howto_id=howto.pk, version_number=1, reason="Which valve?", now=now)

        assert [push["recipient_id"] for push in asked] == [str(other.pk)]
        (told,) = pushes("Sent back: ")
        assert (told["recipient_id"], told["body"]) == (str(curator.pk), "Which valve?")


class TestSeen:
    def test_a_text_that_changed_is_neither_approved_nor_released_nor_written_over(
        self, howto: HowTo, curator: Person, now: datetime
    ) -> None:
        read = seen(howto, curator, now)
        edit_draft(actor=curator.actor, howto_id=howto.pk, changes=Changes(cause="Scale"), now=now)
        late = {name: read[name] for name in ("actor", "howto_id", "seen_sha256", "now")}

        with pytest.raises(VersionChanged):
            edit_draft(**late, changes=Changes(cause="Sand"))
        with pytest.raises(VersionChanged):
            release(**read)
        submit(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        with pytest.raises(VersionChanged) as refusal:
            approve(**read)

        assert refusal.value.facts == {"sha256": get_howto(actor=curator.actor, howto_id=howto.pk).sha256}
        assert (HowToVersion.objects.get().cause, Approval.objects.count()) == ("Scale", 0)

    def test_who_sends_back_says_why(self, howto: HowTo, curator: Person, now: datetime) -> None:
        submit(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

        with pytest.raises(InvalidInput):
            send_back(actor=curator.actor, howto_id=howto.pk, version_number=1, reason=" ", now=now)

        assert HowToVersion.objects.get().publication == "in_review"
