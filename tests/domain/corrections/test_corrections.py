"""Advice is set straight: with a reason, by whoever may, and the original stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.asking.models import Certification
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.models import Correction
from backend.domain.corrections.operations import correct_suggestion, withdraw_correction
from backend.domain.corrections.states import Severity
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.search.queries import search
from backend.domain.threads.correcting import AdviceRecalled
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.queries import get_whole_thread
from backend.domain.threads.tries import start_try
from backend.outbox.models import OutboxEvent
from tests import cast

pytestmark = pytest.mark.django_db

Answer = Callable[..., Suggestion]
UNSAFE = Findings(Severity.UNSAFE, "It bridges a safety device.", "The pump ran dry.", "Isolate, then bleed the loop.")
WRONG = Findings(Severity.WRONG, "The valve is on the left.", "It was moved in May.", "Open the left valve.")


def correct(
    person: Person, suggestion: Suggestion, now: datetime, findings: Findings = WRONG, row_id: UUID | None = None
) -> Correction:
    return correct_suggestion(
        actor=person.actor,
        correction_id=row_id or uuid7(),
        suggestion_id=suggestion.pk,
        findings=findings,
        now=now,
    ).row


def told() -> list[str]:
    rows = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key__startswith="corrected:")
    return [row.payload["recipient_id"] for row in rows.order_by("id")]


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Correction, Try, OutboxEvent))


class TestACorrection:
    def test_stands_on_the_advice_which_comes_last_and_stays(
        self, answer: Answer, thread: Thread, colleague: Person, curator: Person, owner: Person, now: datetime
    ) -> None:
        older, newer = answer(colleague, "Open the right valve."), answer(colleague, "Clean the strainer.")

        correct(curator, older, now)

        shown = get_whole_thread(actor=owner.actor, thread_id=thread.pk).suggestions
        assert [one.pk for one in shown] == [newer.pk, older.pk]
        assert (shown[1].text, shown[1].corrected_at, shown[1].recalled_at) == ("Open the right valve.", now, None)

    def test_tells_the_author_once(self, answer: Answer, colleague: Person, curator: Person, now: datetime) -> None:
        advice, same = answer(colleague), uuid7()

        for _ in range(2):
            correct(curator, advice, now, row_id=same)

        assert (Correction.objects.count(), told()) == (1, [str(colleague.pk)])

    def test_of_ones_own_advice_tells_nobody(self, answer: Answer, curator: Person, now: datetime) -> None:
        correct(curator, answer(curator), now)

        assert told() == []

    def test_is_found_by_its_words(
        self, answer: Answer, thread: Thread, colleague: Person, curator: Person, owner: Person, now: datetime
    ) -> None:
        advice = answer(colleague)
        before = search(actor=owner.actor, words="bleed loop")

        correct(curator, advice, now, UNSAFE)

        assert (before, [hit.id for hit in search(actor=owner.actor, words="bleed loop")]) == ([], [thread.pk])

    @pytest.mark.parametrize("missing", ["what", "why", "procedure"])
    def test_without_a_reason_or_procedure_is_refused(
        self, answer: Answer, colleague: Person, curator: Person, now: datetime, missing: str
    ) -> None:
        advice = answer(colleague)
        before = everything()
        said = {"what": "a", "why": "b", "procedure": "c", missing: "  "}

        with pytest.raises(InvalidInput, match=missing):
            correct(curator, advice, now, Findings(Severity.WRONG, **said))
        advice.refresh_from_db()
        assert (everything(), advice.corrected_at) == (before, None)


class TestWhoMayCorrect:
    @pytest.mark.parametrize(
        ("role", "may"),
        [(Role.TECHNICIAN, False), (Role.SUPERVISOR, True), (Role.CURATOR, True), (Role.ADMIN, True)],
    )
    def test_is_whoever_may_curate(
        self, answer: Answer, colleague: Person, curator: Person, now: datetime, role: Role, may: bool
    ) -> None:
        curator.role = role
        curator.save(update_fields=["role"])
        cast.everybodys_community(curator.organisation)
        advice = answer(colleague)
        before = everything()

        if may:
            assert correct(curator, advice, now).author == curator
        else:
            with pytest.raises(NotAllowed):
                correct(curator, advice, now)
            assert everything() == before

    @pytest.mark.parametrize(("name", "may"), [("Isolation", True), ("gas", False)])
    def test_and_whoever_is_certified_for_its_hazard(
        self, answer: Answer, colleague: Person, owner: Person, now: datetime, name: str, may: bool
    ) -> None:
        advice = answer(colleague, "Bridge the flow switch.")
        Certification.objects.create(organisation_id=owner.organisation_id, person=owner, name=name)

        if may:
            correct(owner, advice, now, UNSAFE)
        else:
            with pytest.raises(NotAllowed):
                correct(owner, advice, now, UNSAFE)
        assert Correction.objects.count() == may

    def test_is_nobody_of_another_organisation(
        self, answer: Answer, colleague: Person, outsider: Person, curator: Person, now: datetime
    ) -> None:
        advice = answer(colleague)
        outsider.role = Role.ADMIN
        correction = correct(curator, advice, now)

        with pytest.raises(NotFound):
            correct(outsider, advice, now)
        with pytest.raises(NotFound):
            withdraw_correction(actor=outsider.actor, correction_id=correction.pk, reason="Mine now.", now=now)


class TestUnsafeAdvice:
    def test_cannot_be_tried_and_says_what_is_right(
        self, answer: Answer, colleague: Person, curator: Person, owner: Person, now: datetime
    ) -> None:
        advice = answer(colleague)
        correct(curator, advice, now, UNSAFE)
        before = everything()

        with pytest.raises(AdviceRecalled) as refused:
            start_try(actor=owner.actor, try_id=uuid7(), suggestion_id=advice.pk, now=now)

        assert refused.value.facts["procedure"] == "Isolate, then bleed the loop."
        assert everything() == before


class TestWithdrawing:
    def test_keeps_the_correction_and_lets_the_advice_be_tried(
        self, answer: Answer, colleague: Person, curator: Person, owner: Person, now: datetime
    ) -> None:
        advice = answer(colleague)
        unsafe, wrong = correct(curator, advice, now, UNSAFE), correct(curator, advice, now)

        withdraw_correction(actor=curator.actor, correction_id=unsafe.pk, reason="It was another pump.", now=now)

        advice.refresh_from_db()
        unsafe.refresh_from_db()
        assert (unsafe.status, unsafe.withdrawal_reason) == ("withdrawn", "It was another pump.")
        assert (advice.corrected_at, advice.recalled_at, wrong.status) == (now, None, "standing")
        assert start_try(actor=owner.actor, try_id=uuid7(), suggestion_id=advice.pk, now=now).is_new

    def test_needs_a_reason_and_happens_once(
        self, answer: Answer, colleague: Person, curator: Person, now: datetime
    ) -> None:
        correction = correct(curator, answer(colleague), now)

        with pytest.raises(InvalidInput, match="reason"):
            withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason=" ", now=now)
        withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason="It holds.", now=now)
        with pytest.raises(IllegalMove):
            withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason="It holds.", now=now)

    def test_is_refused_to_others(self, answer: Answer, colleague: Person, curator: Person, now: datetime) -> None:
        correction = correct(curator, answer(colleague), now)

        with pytest.raises(NotAllowed):
            withdraw_correction(actor=colleague.actor, correction_id=correction.pk, reason="No.", now=now)
        correction.refresh_from_db()
        assert correction.status == "standing"
