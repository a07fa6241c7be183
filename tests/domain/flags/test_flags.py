"""Whoever sees something that should not stand says so; one person looks at it in time, and says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.operations import correct_suggestion
from backend.domain.corrections.states import Severity
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.flags.models import Flag
from backend.domain.flags.operations import Complaint, flag, resolve_flag
from backend.domain.flags.queries import get_flag, list_flags
from backend.domain.flags.reminding import remind_of_flags
from backend.domain.flags.states import FlaggedKind, FlagKind, FlagStatus
from backend.domain.howtos.models import HowTo
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.models import Suggestion, Thread
from backend.outbox.models import OutboxEvent
from tests import cast

pytestmark = pytest.mark.django_db

Answer = Callable[..., Suggestion]
HOUR = timedelta(hours=1)
WRONG = Complaint(FlagKind.WRONG, "That valve is on the left.")


def flag_it(person: Person, advice: Suggestion, now: datetime, complaint: Complaint = WRONG, **changes: Any) -> Flag:
    what = {"flagged_kind": FlaggedKind.SUGGESTION, "flagged_id": advice.pk, **changes}
    return flag(actor=person.actor, flag_id=uuid7(), complaint=complaint, now=now, **what).row


def told(key: str) -> list[dict[str, Any]]:
    rows = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key__startswith=key)
    return [row.payload for row in rows.order_by("id")]


def taken_back(flagged: Flag) -> list[datetime]:
    rows = OutboxEvent.objects.filter(name="push.cancelled", payload__subject_id=str(flagged.pk)).order_by("id")
    return [datetime.fromisoformat(row.payload["cancelled_at"]) for row in rows]


def leave(person: Person) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])


def everything() -> tuple[object, ...]:
    return list(Flag.objects.order_by("pk").values()), OutboxEvent.objects.count()


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


class TestAFlag:
    def test_is_told_to_each_who_looks_at_it_in_their_own_language(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, supervisor: Person, now: datetime
    ) -> None:
        cast.speak("de", curator)
        advice = answer(colleague)

        flag_it(owner, advice, now, Complaint(FlagKind.UNSAFE))
        flag_it(curator, advice, now, Complaint(FlagKind.PERSONAL_DATA))

        assert [(push["title"], push["body"]) for push in told("flag:")] == [
            ("Gemeldet: Antwort (unsicher)", "Sehen Sie es an, und sagen Sie, was daraus wird."),
            ("Flagged: personal data suggestion", "Look at it, and say what becomes of it."),
        ]

    def test_waits_for_one_person_who_is_told_and_knows_by_when(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, supervisor: Person, now: datetime
    ) -> None:
        unsafe = flag_it(owner, answer(colleague), now, Complaint(FlagKind.UNSAFE))
        rude = flag_it(owner, answer(colleague), now, Complaint(FlagKind.RUDE))

        assert (unsafe.due_owner, unsafe.due_at) == (curator, now + 4 * HOUR)
        assert rude.due_owner == supervisor
        assert rude.due_at == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)  # Thursday: three working days from Monday
        asked = [(push["recipient_id"], push["urgency"], push["is_silent"]) for push in told("flag:")]
        assert asked == [(str(curator.pk), "high", False), (str(supervisor.pk), "normal", True)]

    def test_goes_to_who_has_the_fewest_and_is_not_in_it_and_else_to_an_admin(
        self, answer: Answer, colleague: Person, curator: Person, site: Site, now: datetime
    ) -> None:
        second, admin = cast.new_person(site, "Cyd Second", Role.CURATOR), cast.new_person(site, "Al", Role.ADMIN)
        first_owners = [flag_it(colleague, answer(colleague), now).due_owner for _ in range(4)]
        assert sorted(str(one) for one in first_owners) == sorted(map(str, [curator, curator, second, second]))

        assert flag_it(second, answer(curator), now).due_owner == admin

    def test_twice_by_one_person_is_one_and_by_two_are_two(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, now: datetime
    ) -> None:
        advice = answer(colleague)

        first, again = flag_it(owner, advice, now), flag_it(owner, advice, now + HOUR, Complaint(FlagKind.UNSAFE))
        other = flag_it(colleague, advice, now)

        assert (first.pk, first.kind) == (again.pk, again.kind)
        assert other.pk != first.pk
        assert len(told("flag:")) == 2

    def test_can_be_put_on_comments_clips_and_how_tos(
        self, thread: Thread, answer: Answer, howto: HowTo, owner: Person, curator: Person, now: datetime
    ) -> None:
        remark = comment(
            actor=owner.actor, comment_id=uuid7(), thread_id=thread.pk, remark=Remark("Bob did it."), now=now
        ).row
        fixing = Suggestion.objects.filter(thread=thread).latest("created_at")
        clip_id = fixing.tries.get().clip_id
        on: list[tuple[FlaggedKind, Any]] = [
            (FlaggedKind.COMMENT, remark.pk),
            (FlaggedKind.CLIP, clip_id),
        ]
        for kind, flagged_id in on:
            made = flag_it(owner, fixing, now, flagged_kind=kind, flagged_id=flagged_id)
            assert (made.thread_id, made.author) == (thread.pk, owner)
        draft: dict[str, Any] = {"flagged_kind": FlaggedKind.HOWTO, "flagged_id": howto.pk}
        with pytest.raises(NotFound):  # a technician sees no drafts
            flag_it(owner, fixing, now, **draft)
        assert flag_it(curator, fixing, now, **draft).flagged_id == howto.pk

    def test_that_cannot_be_is_refused_and_changes_nothing(
        self, answer: Answer, colleague: Person, owner: Person, outsider: Person, now: datetime
    ) -> None:
        advice = answer(colleague)
        before = everything()

        with pytest.raises(NotAllowed, match="no supervisor"):
            flag_it(owner, advice, now)
        cast.new_person(owner.site, "Cora Curator", Role.CURATOR)
        with pytest.raises(InvalidInput, match="text"):
            flag_it(owner, advice, now, Complaint(FlagKind.OTHER, " "))
        with pytest.raises(NotFound):
            flag_it(outsider, advice, now)
        assert everything() == before


class TestResolving:
    def test_links_the_correction_and_is_told_to_who_flagged(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, now: datetime
    ) -> None:
        advice = answer(colleague)
        made = flag_it(owner, advice, now)
        findings = Findings(Severity.WRONG, "a", "b", "c")
        correction = correct_suggestion(
            actor=curator.actor, correction_id=uuid7(), suggestion_id=advice.pk, findings=findings, now=now
        ).row

        one: dict[str, Any] = {"actor": curator.actor, "flag_id": made.pk, "now": now + HOUR}
        done = resolve_flag(**one, to=FlagStatus.UPHELD, said="Put right.", correction_id=correction.pk)

        assert (done.status, done.correction, done.resolved_by, done.due_owner) == (
            "upheld",
            correction,
            curator,
            None,
        )
        assert [(push["recipient_id"], push["body"]) for push in told("flag-resolved:")] == [
            (str(owner.pk), "Put right.")
        ]
        with pytest.raises(IllegalMove):
            resolve_flag(**one, to=FlagStatus.DISMISSED, said="No.")
        again = flag_it(owner, advice, now + 2 * HOUR)
        assert again.pk != made.pk

    def test_without_a_reason_or_by_others_is_refused_and_changes_nothing(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, outsider: Person, now: datetime
    ) -> None:
        made = flag_it(owner, answer(colleague), now)
        before = everything()
        one: dict[str, Any] = {"flag_id": made.pk, "now": now}

        for said, correction_id in ((" ", None), ("No.", uuid7())):
            with pytest.raises(InvalidInput):
                resolve_flag(
                    **one, actor=curator.actor, to=FlagStatus.DISMISSED, said=said, correction_id=correction_id
                )
        with pytest.raises(InvalidInput, match="no such correction"):
            resolve_flag(**one, actor=curator.actor, to=FlagStatus.UPHELD, said="", correction_id=uuid7())
        with pytest.raises(NotAllowed):
            resolve_flag(**one, actor=owner.actor, to=FlagStatus.UPHELD, said="Mine.")
        with pytest.raises(NotFound):
            resolve_flag(**one, actor=outsider.actor, to=FlagStatus.UPHELD, said="Mine.")
        assert everything() == before


class TestWhatIsLate:
    def test_is_asked_again_and_passes_on_when_its_owner_has_left(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, supervisor: Person, now: datetime
    ) -> None:
        made, due_at = flag_it(owner, answer(colleague), now), datetime(2026, 11, 26, 8, 0, tzinfo=UTC)

        reminded = [remind_of_flags(now=due_at + hours * HOUR) for hours in (-1, 0, 0, 24)]
        leave(curator)
        assert [*reminded, remind_of_flags(now=due_at + 48 * HOUR)] == [0, 1, 0, 1, 1]

        assert get_flag(actor=supervisor.actor, flag_id=made.pk).due_owner == supervisor
        assert [push["recipient_id"] for push in told("flag:")] == [str(curator.pk)] * 3 + [str(supervisor.pk)]
        assert list(list_flags(actor=supervisor.actor, is_late_at=due_at + HOUR)) == [made]

    def test_and_unsafe_goes_to_the_next_and_then_to_every_supervisor_each_told_once(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, supervisor: Person, now: datetime
    ) -> None:
        second = cast.new_person(owner.site, "Cyd Second", Role.CURATOR)
        others = [cast.new_person(owner.site, name, Role.SUPERVISOR) for name in ("Tim", "Una")]
        leaver = cast.new_person(owner.site, "Lee Leaver", Role.SUPERVISOR)
        leave(leaver)
        made = flag_it(owner, answer(colleague), now, Complaint(FlagKind.UNSAFE, "It bridges."))
        first = made.due_owner
        (next_one,) = {curator, second} - {first}

        asked = [remind_of_flags(now=now + hours * HOUR) for hours in (3, 4, 4)]
        passed = get_flag(actor=curator.actor, flag_id=made.pk)
        leave(next_one)
        asked += [remind_of_flags(now=now + hours * HOUR) for hours in (8, 8, 12)]
        last = get_flag(actor=supervisor.actor, flag_id=made.pk)

        assert asked == [0, 1, 0, 1, 0, 1]
        assert (passed.due_owner, passed.due_at, passed.escalations_count) == (next_one, now + 4 * HOUR, 1)
        assert last.due_owner in {supervisor, *others}
        assert (last.escalations_count, last.earlier_owner_ids) == (2, [first.pk if first else None, next_one.pk])
        heard = [push["recipient_id"] for push in told("flag:")]
        assert heard[:2] == [str(first.pk if first else None), str(next_one.pk)]
        assert sorted(heard[2:5]) == sorted(str(person.pk) for person in (supervisor, *others))
        assert heard[5:] == [str(last.due_owner_id)]  # from then on its owner is reminded
        assert told("flag:")[2]["body"] == "It bridges. Nobody looked at it in time."
        assert taken_back(made) == [now + 4 * HOUR, now + 8 * HOUR]  # each time it became somebody else's

    def test_stays_with_its_only_curator_and_waits_for_somebody_when_they_have_left(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, now: datetime
    ) -> None:
        made = flag_it(owner, answer(colleague), now, Complaint(FlagKind.UNSAFE))

        stayed = remind_of_flags(now=now + 4 * HOUR)
        leave(curator)
        alone = remind_of_flags(now=now + 8 * HOUR)
        admin = cast.new_person(owner.site, "Al Admin", Role.ADMIN)
        found = remind_of_flags(now=now + 12 * HOUR)

        assert (stayed, alone, found) == (1, 0, 1)
        assert [push["recipient_id"] for push in told("flag:")] == [str(one.pk) for one in (curator, curator, admin)]
        assert get_flag(actor=admin.actor, flag_id=made.pk).due_owner == admin


class TestWhoSeesFlags:
    def test_are_curators_and_of_their_own_whoever_flagged(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, outsider: Person, now: datetime
    ) -> None:
        made = flag_it(owner, answer(colleague), now)

        seen = {person.name: list(list_flags(actor=person.actor)) for person in (owner, curator, colleague, outsider)}
        assert seen == {owner.name: [made], curator.name: [made], colleague.name: [], outsider.name: []}
        with pytest.raises(NotAllowed):
            get_flag(actor=colleague.actor, flag_id=made.pk)
        with pytest.raises(NotFound):
            get_flag(actor=outsider.actor, flag_id=made.pk)
