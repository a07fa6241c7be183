"""How-tos are corrected and recalled like answers; none is made of what is unsafe."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Certification
from backend.domain.briefing.queries import get_briefing
from backend.domain.corrections.correcting_howtos import correct_howto
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.models import Correction, Recall, RecallNotice
from backend.domain.corrections.operations import correct_suggestion, withdraw_correction
from backend.domain.corrections.states import Severity
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.howtos.content import StepContent
from backend.domain.howtos.editing import Changes, edit_draft, start_new_version
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.opening import note_opening
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.howtos.queries import WholeHowTo, get_howto, list_howtos
from backend.domain.howtos.releasing import release
from backend.domain.howtos.reviewing import retire
from backend.domain.howtos.using import Report, record_use
from backend.domain.search.models import SubjectKind
from backend.domain.search.queries import search
from backend.domain.threads.correcting import AdviceRecalled
from backend.domain.threads.models import Try
from backend.domain.threads.states import TryOutcome
from backend.outbox.handle import handle_event
from backend.outbox.models import OutboxEvent
from tests import cast

pytestmark = pytest.mark.django_db

UNSAFE = Findings(Severity.UNSAFE, "It bridges a safety.", "The pump ran dry.", "Isolate the pump. Bleed the loop.")
WRONG = Findings(Severity.WRONG, "The valve is on the left.", "It was moved.", "Open the left valve. Bleed the air.")
HOUR = timedelta(hours=1)


def correct_answer(curator: Person, attempt: Try, now: datetime, findings: Findings = UNSAFE) -> Correction:
    return correct_suggestion(
        actor=curator.actor,
        correction_id=uuid7(),
        suggestion_id=attempt.suggestion_id,
        findings=findings,
        now=now,
    ).row


def correct(person: Person, howto: HowTo, now: datetime, findings: Findings = UNSAFE, **where: Any) -> Correction:
    row_id = where.pop("row_id", None) or uuid7()
    place = {"version_number": 1, **where}
    return correct_howto(
        actor=person.actor, correction_id=row_id, howto_id=howto.pk, findings=findings, now=now, **place
    ).row


def use(person: Person, howto: HowTo, asset: Asset, now: datetime) -> None:
    report = Report(asset.pk, TryOutcome.FIXED)
    record_use(actor=person.actor, use_id=uuid7(), howto_id=howto.pk, version_number=1, report=report, now=now)


def told(key: str) -> list[str]:
    rows = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key__startswith=key)
    return [row.payload["recipient_id"] for row in rows.order_by("id")]


@pytest.fixture
def released(howto: HowTo, curator: Person, now: datetime) -> HowTo:
    """The how-to, out; the curator looks after it."""
    return release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now).howto


class TestUnsafeAdvice:
    def test_is_not_drafted_into_a_how_to_until_its_correction_is_withdrawn(
        self, fixing_try: Try, curator: Person, now: datetime
    ) -> None:
        whose = {"organisation_id": fixing_try.organisation_id, "thread_id": fixing_try.thread_id}
        correction = correct_answer(curator, fixing_try, now)

        assert draft_from_thread(**whose, now=now) is None
        assert HowTo.objects.count() == 0

        withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason="Another pump.", now=now)
        assert HowTo.objects.count() == 1

    def test_in_a_draft_is_released_only_when_it_was_rewritten(
        self, howto: HowTo, fixing_try: Try, curator: Person, now: datetime
    ) -> None:
        one: dict[str, Any] = {"actor": curator.actor, "howto_id": howto.pk}
        edit_draft(**one, changes=Changes(cause="Air in it"), now=now)
        correct_answer(curator, fixing_try, now + HOUR)

        with pytest.raises(AdviceRecalled, match="Write what is right"):
            release(**one, version_number=1, now=now + HOUR)
        assert get_howto(**one).version.publication == "draft"
        edit_draft(**one, changes=Changes(steps=(StepContent("Isolate the pump."),)), now=now + 2 * HOUR)
        assert release(**one, version_number=1, now=now + 2 * HOUR).version.publication == "released"

    def test_in_a_copy_of_what_is_out_is_refused_too(
        self, released: HowTo, fixing_try: Try, curator: Person, now: datetime
    ) -> None:
        correct_answer(curator, fixing_try, now)
        start_new_version(actor=curator.actor, howto_id=released.pk, now=now + HOUR)

        with pytest.raises(AdviceRecalled):
            release(actor=curator.actor, howto_id=released.pk, version_number=2, now=now + HOUR)

    def test_marks_the_how_to_tells_who_looks_after_it_and_recalls_it_from_its_users(
        self, released: HowTo, fixing_try: Try, curator: Person, owner: Person, asset: Asset, site: Site, now: datetime
    ) -> None:
        uma, vic = (cast.new_person(site, name) for name in ("Uma User", "Vic Viewer"))
        boss = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        use(uma, released, asset, now)
        note_opening(actor=vic.actor, howto_id=released.pk, now=now)

        correction = correct_answer(boss, fixing_try, now + HOUR)

        shown = get_howto(actor=uma.actor, howto_id=released.pk)
        (listed,) = list_howtos(actor=uma.actor)
        assert (shown.recalled_at, shown.corrections, listed.is_recalled) == (now + HOUR, [correction], True)  # type: ignore[attr-defined]
        assert told("howto-corrected:") == [str(curator.pk)]
        assert set(told("recall:")) == {str(owner.pk), str(uma.pk), str(vic.pk)}
        assert told("recall:")[-1] == str(vic.pk)

    def test_stands_marked_in_the_briefing_of_its_machine_and_is_handed_on_to_no_other(
        self, fixing_try: Try, curator: Person, owner: Person, asset: Asset, now: datetime
    ) -> None:
        other = add_asset(asset_model=asset.asset_model, site=asset.site, tag="CHL-B")
        before = [one.pk for one in get_briefing(actor=owner.actor, asset_id=other.pk).on_model]

        correct_answer(curator, fixing_try, now)

        (fixed,) = get_briefing(actor=owner.actor, asset_id=asset.pk).fixed
        after = get_briefing(actor=owner.actor, asset_id=other.pk).on_model
        assert (fixed.recalled_at, before, after) == (now, [fixing_try.thread_id], [])  # type: ignore[attr-defined]


class TestWrongAdvice:
    def test_is_drafted_as_its_correction_has_it_and_the_draft_says_so(
        self, howto: HowTo, fixing_try: Try, curator: Person, now: datetime
    ) -> None:
        def draft() -> WholeHowTo:
            return get_howto(actor=curator.actor, howto_id=howto.pk)

        before = draft().content
        correction = correct_answer(curator, fixing_try, now, WRONG)

        said = draft().content
        assert [step.text for step in said.steps] == ["Open the left valve.", "Bleed the air."]
        assert (said.remedy, said.hazards) == (WRONG.procedure, "Corrected: The valve is on the left. It was moved.")
        assert Recall.objects.count() == 0
        withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason="It holds.", now=now)
        assert draft().content == before


class TestACorrectionOfAHowTo:
    def test_stands_on_a_step_until_the_next_version_is_out(
        self, released: HowTo, curator: Person, owner: Person, site: Site, now: datetime
    ) -> None:
        boss, same = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR), uuid7()

        made = correct(boss, released, now, WRONG, step_position=1, row_id=same)
        assert correct(boss, released, now, WRONG, step_position=1, row_id=same) == made

        shown = get_howto(actor=owner.actor, howto_id=released.pk)
        assert (shown.corrections, shown.corrected_at, shown.recalled_at) == ([made], now, None)
        assert (made.step, told("howto-corrected:")) == (shown.steps[0], [str(curator.pk)])
        found = search(actor=owner.actor, words="left valve", kinds=[SubjectKind.HOWTO])
        assert [hit.id for hit in found] == [released.pk]
        assert "left valve. Bleed the air." in found[0].snippet
        start_new_version(actor=curator.actor, howto_id=released.pk, now=now)
        edit_draft(actor=curator.actor, howto_id=released.pk, changes=Changes(remedy="Open the left valve."), now=now)
        release(actor=curator.actor, howto_id=released.pk, version_number=2, now=now)
        assert get_howto(actor=owner.actor, howto_id=released.pk).corrections == []

    def test_that_is_unsafe_recalls_it_and_a_withdrawal_is_told(
        self, released: HowTo, curator: Person, owner: Person, asset: Asset, site: Site, now: datetime
    ) -> None:
        uma = cast.new_person(site, "Uma User")
        use(uma, released, asset, now)

        correction = correct(curator, released, now)

        assert set(told("recall:")) == {str(owner.pk), str(uma.pk)}  # the owner tried what it was learnt from
        (listed,) = list_howtos(actor=owner.actor)
        assert listed.is_recalled  # type: ignore[attr-defined]
        withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason="Another pump.", now=now)
        assert (Recall.objects.get().status, len(told("recall-withdrawn:"))) == ("closed", 2)
        assert not list_howtos(actor=owner.actor).get().is_recalled  # type: ignore[attr-defined]

    def test_is_for_curators_and_the_certified_with_a_reason_and_a_step_that_is_there(
        self, released: HowTo, curator: Person, owner: Person, outsider: Person, now: datetime
    ) -> None:
        outsider.role = Role.ADMIN
        before = Correction.objects.count(), OutboxEvent.objects.count()

        with pytest.raises(NotAllowed):
            correct(owner, released, now)
        with pytest.raises(NotFound):
            correct(outsider, released, now)
        with pytest.raises(InvalidInput, match="step_position"):
            correct(curator, released, now, step_position=99)
        with pytest.raises(InvalidInput, match="why"):
            correct(curator, released, now, Findings(Severity.WRONG, "a", " ", "c"))
        Certification.objects.create(organisation_id=owner.organisation_id, person=owner, name="isolation")
        with pytest.raises(NotAllowed):  # it speaks of no such hazard
            correct(owner, released, now)
        assert (Correction.objects.count(), OutboxEvent.objects.count()) == before

    def test_is_refused_for_a_draft_which_is_edited_instead(self, howto: HowTo, curator: Person, now: datetime) -> None:
        with pytest.raises(IllegalMove) as refused:
            correct(curator, howto, now)
        assert refused.value.facts["allowed"] == ["released"]


class TestRetiringForSafety:
    def test_recalls_it_once_from_whoever_used_tried_or_opened_it(
        self, released: HowTo, curator: Person, owner: Person, asset: Asset, site: Site, now: datetime
    ) -> None:
        uma, vic = (cast.new_person(site, name) for name in ("Uma User", "Vic Viewer"))
        use(uma, released, asset, now)
        note_opening(actor=vic.actor, howto_id=released.pk, now=now)
        retire(
            actor=curator.actor,
            howto_id=released.pk,
            version_number=1,
            reason="It starts by itself.",
            for_safety=True,
            now=now,
        )
        event = OutboxEvent.objects.get(name="howto.retired_for_safety")

        handle_event(event_id=event.pk, now=now)
        OutboxEvent.objects.filter(pk=event.pk).update(handled_at=None)
        handle_event(event_id=event.pk, now=now)

        reached = dict(RecallNotice.objects.values_list("person__name", "reach"))
        assert reached == {owner.name: "applied", "Uma User": "applied", "Vic Viewer": "viewed"}
        assert len(told("recall:")) == 3
        assert Recall.objects.get().reason == "It starts by itself."

    def test_joins_a_recall_that_is_open_and_says_why(
        self, released: HowTo, curator: Person, owner: Person, now: datetime
    ) -> None:
        correct(curator, released, now)
        one: dict[str, Any] = {"actor": curator.actor, "howto_id": released.pk, "version_number": 1}
        retire(**one, reason="It starts by itself.", for_safety=True, now=now + HOUR)

        handle_event(event_id=OutboxEvent.objects.get(name="howto.retired_for_safety").pk, now=now + HOUR)

        assert (Recall.objects.count(), told("recall:")) == (1, [str(owner.pk)] * 2)
        last = OutboxEvent.objects.filter(payload__dedupe_key__startswith="recall:").latest("pk")
        assert last.payload["body"] == "It starts by itself."

    def test_for_another_reason_recalls_nothing(self, released: HowTo, curator: Person, now: datetime) -> None:
        retire(actor=curator.actor, howto_id=released.pk, version_number=1, reason="Old.", for_safety=False, now=now)

        assert not OutboxEvent.objects.filter(name="howto.retired_for_safety").exists()
