"""Every cell of the table of who may do what about safety, through the operations themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.asking.models import Certification
from backend.domain.corrections.correcting_howtos import correct_howto
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.models import Correction, Recall, RecallNotice
from backend.domain.corrections.operations import correct_suggestion, withdraw_correction
from backend.domain.corrections.recalling import acknowledge_recall, close_recall
from backend.domain.corrections.recalls import get_recall, list_recalls
from backend.domain.corrections.states import Severity
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.flags.models import Flag
from backend.domain.flags.operations import resolve_flag
from backend.domain.flags.queries import get_flag, list_flags
from backend.domain.flags.states import FlagStatus
from backend.domain.hazards.models import Caution
from backend.domain.hazards.signing import get_caution, list_cautions, sign_caution
from backend.domain.hazards.words import list_hazards, reset_hazard
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.safety_permissions import PERMISSIONS, TABLE, Action, Tie
from backend.domain.threads.models import Suggestion
from tests.domain.howtos.conftest import caption, fixing_try, howto

__all__ = ["caption", "fixing_try", "howto"]

pytestmark = pytest.mark.django_db

Do = Callable[[], object]
FINDINGS = Findings(Severity.WRONG, "It is the left one.", "It was moved.", "Open the left one.")
STATES = {action: [state for of_action, state in PERMISSIONS if of_action is action] for action in Action}


def act(action: Action, actor: Any, rows: dict[str, Any], now: datetime) -> object:
    at: dict[str, Any] = {"actor": actor, "now": now}
    operations: dict[Action, Do] = {
        Action.READ_HAZARD_WORDS: lambda: list_hazards(actor=actor),
        Action.CHANGE_HAZARD_WORDS: lambda: reset_hazard(actor=actor, kind="gas"),
        Action.READ_CAUTION: lambda: get_caution(actor=actor, caution_id=rows["caution"].pk),
        Action.SIGN_CAUTION: lambda: sign_caution(**at, caution_id=rows["caution"].pk, note=""),
        Action.CORRECT_SUGGESTION: lambda: correct_suggestion(
            **at, correction_id=uuid7(), suggestion_id=rows["suggestion"].pk, findings=FINDINGS
        ),
        Action.CORRECT_HOWTO: lambda: correct_howto(
            **at, correction_id=uuid7(), howto_id=rows["howto"].pk, version_number=1, findings=FINDINGS
        ),
        Action.WITHDRAW_CORRECTION: lambda: withdraw_correction(
            **at, correction_id=rows["correction"].pk, reason="It holds."
        ),
        Action.READ_RECALL: lambda: get_recall(actor=actor, recall_id=rows["recall"].pk),
        Action.ACKNOWLEDGE_RECALL: lambda: acknowledge_recall(**at, recall_id=rows["recall"].pk),
        Action.CLOSE_RECALL: lambda: close_recall(**at, recall_id=rows["recall"].pk, reason="All phoned."),
        Action.READ_FLAG: lambda: get_flag(actor=actor, flag_id=rows["flag"].pk),
        Action.RESOLVE_FLAG: lambda: resolve_flag(
            **at, flag_id=rows["flag"].pk, to=FlagStatus.DISMISSED, said="It is right."
        ),
    }
    return operations[action]()


def is_listed(action: Action, actor: Any, rows: dict[str, Any]) -> bool | None:
    """Return whether the thing stands in the list that goes with reading it; None: there is no such list."""
    lists: dict[Action, Callable[[], Iterable[Any]]] = {
        Action.READ_CAUTION: lambda: list_cautions(actor=actor),
        Action.READ_RECALL: lambda: list_recalls(actor=actor),
        Action.READ_FLAG: lambda: list_flags(actor=actor),
    }
    thing = rows[action.split(".")[0]] if action in lists else None
    if thing is None or (action is Action.READ_CAUTION and tenancy.same_row(thing).get().status != "covered"):
        return None  # what waits for a signature is all that is listed of cautions
    try:
        return thing in lists[action]()
    except NotAllowed:
        return False


def bring_to(action: Action, state: str, rows: dict[str, Any], by: Person, now: datetime) -> None:
    """Bring the one thing that the action is about to a state, as its operations would leave it."""
    thing = action.split(".")[0]
    over = {"resolved_by": by, "resolved_at": now, "resolution": "Said.", "due_owner": None, "due_at": None}
    values: dict[tuple[str, str], dict[str, Any]] = {
        ("caution", "signed"): {"status": "signed", "ended_at": now},
        ("caution", "withdrawn"): {"status": "withdrawn", "ended_at": now},
        ("suggestion", "corrected"): {"corrected_at": now},
        ("suggestion", "recalled"): {"corrected_at": now, "recalled_at": now},
        ("howto_version", "in_review"): {"publication": "in_review", "submitted_at": now, "submitted_by": by},
        ("howto_version", "released"): {
            "publication": "released",
            "released_at": now,
            "released_by": by,
            "content_sha256": "0" * 64,
        },
        ("howto_version", "superseded"): {"publication": "superseded"},
        ("howto_version", "retired"): {
            "publication": "retired",
            "retired_at": now,
            "retired_by": by,
            "retire_reason": "Old.",
        },
        ("correction", "withdrawn"): {
            "status": "withdrawn",
            "withdrawn_by": by,
            "withdrawn_at": now,
            "withdrawal_reason": "It holds.",
        },
        ("recall", "closed"): {"status": "closed", "closed_by": by, "closed_at": now, "close_reason": "Phoned."},
        ("flag", "upheld"): {**over, "status": "upheld", "remind_at": None},
        ("flag", "dismissed"): {**over, "status": "dismissed", "remind_at": None},
    }
    changes = values.get((thing, state))
    if changes:
        tenancy.same_row(rows[thing]).update(**changes)


def tie(person: Person, tied: Tie | None, action: Action, rows: dict[str, Any], now: datetime) -> None:
    """Give the person one tie to the thing, and no other."""
    thing = rows.get(action.split(".")[0])
    if tied is Tie.CERTIFIED:
        Certification.objects.create(organisation_id=person.organisation_id, person=person, name="isolation")
    if tied is Tie.MADE and thing is not None:
        tenancy.same_row(thing).update(**{"flagger" if isinstance(thing, Flag) else "author": person})
    if tied is Tie.DUE and isinstance(thing, Flag) and thing.status == "open":
        tenancy.same_row(thing).update(due_owner=person)
    if tied is Tie.TOLD:
        RecallNotice.objects.create(
            organisation_id=person.organisation_id, recall=rows["recall"], person=person, told_at=now
        )


@pytest.fixture
def rows(
    howto: HowTo, answer: Callable[..., Suggestion], colleague: Person, curator: Person, now: datetime
) -> dict[str, Any]:
    """One of each thing, of other people's, in its first state."""
    HowToVersion.objects.filter(howto=howto).update(hazards="Bridge the flow switch.")
    advice = answer(colleague, "Bridge the flow switch.")
    whose: dict[str, Any] = {"organisation_id": howto.organisation_id}
    said = {"severity": "wrong", "what": "a", "why": "b", "procedure": "c"}
    correction = Correction.objects.create(**whose, suggestion=advice, author=curator, corrected_at=now, **said)
    later = now + timedelta(hours=4)
    flagged: dict[str, Any] = {"flagged_kind": "suggestion", "flagged_id": advice.pk, "kind": "wrong"}
    due: dict[str, Any] = {"due_owner": curator, "due_at": later, "remind_at": later}
    return {
        "caution": Caution.objects.get(suggestion=advice),
        "suggestion": advice,
        "howto": howto,
        "howto_version": HowToVersion.objects.get(howto=howto),
        "correction": correction,
        "recall": Recall.objects.create(**whose, suggestion=advice, begun_at=now),
        "flag": Flag.objects.create(**whose, **flagged, **due, flagger=curator, flagged_at=now),
    }


@pytest.mark.parametrize("action", Action)
def test_the_operation_does_what_the_table_says(
    action: Action, rows: dict[str, Any], owner: Person, curator: Person, now: datetime
) -> None:
    wrong: list[object] = []
    ties = {tied for state in STATES[action] for tied in PERMISSIONS[action, state].ties}
    for state in STATES[action]:
        for role, tied in [(role, None) for role in Role] + [(Role.TECHNICIAN, one) for one in ties]:
            owner.role = role
            with transaction.atomic():  # taken back, so that every cell finds the same
                who = PERMISSIONS[action, state]
                tie(owner, tied, action, rows, now)
                bring_to(action, state, rows, curator, now)
                expected = role in who.roles or tied in who.ties
                before, listed = _standing(rows), is_listed(action, owner.actor, rows)
                wrong += [] if listed in {None, expected} else [(state, role, tied, "listed", listed)]
                try:
                    with transaction.atomic():
                        act(action, owner.actor, rows, now)
                except (NotAllowed, NotFound, IllegalMove) as refused:
                    wrong += [(state, role, tied, refused)] if expected else []
                    assert _standing(rows) == before, "a refusal changes nothing"
                else:
                    wrong += [] if expected else [(state, role, tied, "was let through")]
                transaction.set_rollback(True)

    assert wrong == []


def test_the_page_shows_the_table_as_it_is() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "safety.md").read_text(encoding="utf-8")

    (shown,) = re.findall(r"## Who may do what\n.*?```text\n(.*?)```", page, re.DOTALL)
    assert shown.strip() == TABLE.strip()


def test_nobody_signs_for_what_they_said_themselves(rows: dict[str, Any], colleague: Person, now: datetime) -> None:
    tie(colleague, Tie.CERTIFIED, Action.SIGN_CAUTION, rows, now)
    before = _standing(rows)

    with pytest.raises(NotAllowed, match="second person"), transaction.atomic():
        act(Action.SIGN_CAUTION, colleague.actor, rows, now)
    assert _standing(rows) == before


def _standing(rows: dict[str, Any]) -> list[object]:
    return [tenancy.same_row(row).values().get() for row in rows.values()]
